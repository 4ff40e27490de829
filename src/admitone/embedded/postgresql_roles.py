"""Database roles of least privilege: `admitone_owner` migrates the schemas, `admitone_app` reads and writes rows.

The superuser only creates both. A statement that an attacker injects into a role of the product then reads no file of
the server, runs no program and changes no table's definition.
"""

import psycopg
from psycopg import sql

OWNER, APP = "admitone_owner", "admitone_app"
_MAINTAIN_VERSION_MIN = 170_000  # GRANT MAINTAIN, which ANALYZE by a role other than the owner needs

_CREATE_ROLE = "create role {} login nosuperuser nocreatedb nocreaterole noreplication"

# Objects that the superuser still owns: a data folder from before these roles. Sequences of identity columns and types
# of tables follow their table; the owner of the database also owns schema `public`.
_TAKE_OVER = """
do $$
declare
    item record;
begin
    for item in
        select format('alter schema %I owner to admitone_owner', nspname) as command
        from pg_namespace
        where nspowner = 'postgres'::regrole and nspname !~ '^pg_' and nspname <> 'information_schema'
        union all
        select format('alter table %I.%I owner to admitone_owner', n.nspname, c.relname)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where c.relowner = 'postgres'::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
            and not exists (
                select from pg_depend d
                where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i', 'e')
            )
        union all
        select format('alter routine %I.%I(%s) owner to admitone_owner',
            n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
        from pg_proc p
        join pg_namespace n on n.oid = p.pronamespace
        where p.proowner = 'postgres'::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and not exists (
                select from pg_depend d
                where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
            )
        union all
        select format('alter type %I.%I owner to admitone_owner', n.nspname, t.typname)
        from pg_type t
        join pg_namespace n on n.oid = t.typnamespace
        where t.typowner = 'postgres'::regrole and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and (t.typtype in ('e', 'd')
                or t.typtype = 'c' and (select relkind from pg_class where oid = t.typrelid) = 'c')
    loop
        execute item.command;
    end loop;
end
$$
"""

_SCHEMAS = "select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'"


def give_to_owner(admin_url: str) -> None:
    """Create both roles and make `admitone_owner` own the database of this (superuser's) URL and all its objects."""
    with psycopg.connect(admin_url, autocommit=True) as conn:
        for role in (OWNER, APP):
            if conn.execute("select from pg_roles where rolname = %s", [role]).fetchone() is None:
                conn.execute(sql.SQL(_CREATE_ROLE).format(sql.Identifier(role)))
        database = sql.Identifier(conn.info.dbname)
        conn.execute(sql.SQL("alter database {} owner to {}").format(database, sql.Identifier(OWNER)))
        conn.execute(_TAKE_OVER)


def grant_rights(admin_url: str) -> None:
    """Grant `admitone_app` read and write access to the rows of every table, also of those that `admitone_owner` makes
    later: processes run while a migration does. Call this after each migration."""
    with psycopg.connect(admin_url) as conn:
        rights = "select, insert, update, delete"
        if conn.info.server_version >= _MAINTAIN_VERSION_MIN:
            rights += ", maintain"
        for (schema,) in conn.execute(_SCHEMAS).fetchall():
            for grant in (
                "grant usage on schema {} to {}",
                f"grant {rights} on all tables in schema {{}} to {{}}",
                "grant usage, select on all sequences in schema {} to {}",
            ):
                conn.execute(sql.SQL(grant).format(sql.Identifier(schema), sql.Identifier(APP)))
        for grant in (
            "grant usage on schemas to {}",
            f"grant {rights} on tables to {{}}",
            "grant usage, select on sequences to {}",
        ):
            made_later = sql.SQL("alter default privileges for role {} ").format(sql.Identifier(OWNER))
            conn.execute(made_later + sql.SQL(grant).format(sql.Identifier(APP)))
        app = sql.Identifier(APP)
        conn.execute(sql.SQL("revoke insert, update, delete on public.admitone_migration from {}").format(app))
