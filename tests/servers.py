"""Run real PostgreSQL and Redis for the tests: once per run, with a database and a key space for every worker.

The process that starts pytest starts the servers before its workers and stops them after; they end with it if it is
killed. A worker's database is a copy of a template that `migrate` made.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.postgresql_roles import APP, OWNER, give_to_owner, grant_rights
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.runtime.migrations import migrate
from tests.server_folder import open_server_folder

TEMPLATE = "admitone_template"
REDIS_DATABASES = 64

# The tests' shared server may skip fsync: tests of crashes run servers of their own.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass(frozen=True)
class ServerUrls:
    """The addresses of this run's servers; `for_worker` returns one worker's share."""

    postgres: str  # URL of the database "postgres"; others differ in the path alone
    redis: str  # of key space 0

    def database_url(self, name: str) -> str:
        return self.postgres.replace("/postgres?", f"/{name}?", 1)

    def redis_url(self, number: int) -> str:
        assert 0 <= number < REDIS_DATABASES
        return self.redis.replace("?db=0", f"?db={number}")


@contextmanager
def run_servers(settings: Mapping[str, str] = FAST_SETTINGS) -> Iterator[ServerUrls]:
    """Start both servers in a temporary folder, migrate the template, yield the addresses, stop and remove all."""
    with ExitStack() as stack:
        folder, identity, binaries = stack.enter_context(open_server_folder("test"))
        redis = RedisServer(binaries.redis, folder, identity, databases=REDIS_DATABASES, durable=False)
        redis_child = redis.spawn()
        stack.callback(redis_child.stop)
        postgresql = PostgreSQL(binaries.postgres_folder, folder, identity, settings)
        postgresql.prepare()
        postgresql_child = postgresql.spawn()
        stack.callback(postgresql_child.stop)
        wait_until_ready(redis_child, redis.answers)
        wait_until_ready(postgresql_child, postgresql.answers)
        postgresql.create_database(TEMPLATE)
        give_to_owner(postgresql.url(TEMPLATE))
        migrate(postgresql.url(TEMPLATE, OWNER))
        grant_rights(postgresql.url(TEMPLATE))
        yield ServerUrls(postgresql.url("postgres"), redis.url(0))


def as_app(database_url: str) -> str:
    """Return the URL of the same database for the roles' database user, not the superuser."""
    return database_url.replace("//postgres@", f"//{APP}@", 1)


def create_database(urls: ServerUrls, name: str) -> str:
    """Copy the migrated template (about 50 ms); return the copy's URL. Replace an older copy of that name."""
    with psycopg.connect(urls.postgres, autocommit=True) as conn:
        drop_database(conn, name)
        conn.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    return urls.database_url(name)


def drop_database(conn: psycopg.Connection, name: str) -> None:
    conn.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def empty_database(conn: psycopg.Connection) -> None:
    """Truncate the tables that have rows; a truncated table has size 0, so untouched tables cost nothing."""
    rows = conn.execute(
        """
        select schemaname, relname from pg_stat_user_tables
        where pg_relation_size(relid) > 0 and relname <> 'admitone_migration'
        """
    ).fetchall()
    if rows:
        tables = sql.SQL(", ").join(sql.Identifier(schema, name) for schema, name in rows)
        # The audit trail refuses to be emptied: triggers are off for this statement.
        with conn.transaction():
            conn.execute("set local session_replication_role = replica")
            conn.execute(sql.SQL("truncate {} cascade").format(tables))
