"""Migrate a database to the newest schema: every slice's `migrations/NNNN_<slice>_<what>.sql`, and the job queue's.

Forward only, plain SQL. A file and the record of its application are one transaction: a crash leaves both or neither,
so a start after kill -9 resumes where it stopped. An advisory lock serializes migrating processes.

`create index concurrently` cannot run in a transaction. The runner builds such indexes of a file first, one by one, and
builds them again if it was interrupted: an index that was begun and not finished is never used.
"""

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager

# Any constant works, if nothing else in this database uses it.
_ADVISORY_LOCK = 6_213_574_051
_LOCK_POLL_SECONDS = 0.2

# Schemas of tables and their indexes are the same.
_CONCURRENT_INDEX = re.compile(
    r"^create (?:unique )?index concurrently (?P<name>\w+)\s+on (?P<schema>\w+)\.[^;]+;$", re.MULTILINE
)

_CREATE_MIGRATION_TABLE = """
create table if not exists public.admitone_migration (
    id text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
)
"""

# One row: the ids of the secrets that the installation uses (`runtime/recorded_secrets.py`).
_CREATE_KEY_IDS_TABLE = """
create table if not exists public.admitone_secret_ring (
    is_only_row boolean primary key default true check (is_only_row),
    key_ids text[] not null check (cardinality(key_ids) > 0),
    recorded_at timestamptz not null default now()
)
"""


class MigrationChanged(Exception):
    """A file differs from the version applied to this database: history is append-only, write a new file."""

    def __init__(self, name: str) -> None:
        super().__init__(f"migration {name} was changed after it was applied; write a new one instead")


@dataclass(frozen=True)
class Migration:
    """One file; `name` (its stem) is unique over all slices and orders those of one slice."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def concurrent_indexes(self) -> list[tuple[str, str]]:
        """Return (name with its schema, statement) of the indexes that are built while others write."""
        return [(f"{found['schema']}.{found['name']}", found[0]) for found in _CONCURRENT_INDEX.finditer(self.sql)]

    @property
    def transaction(self) -> str:
        """Return the statements that run in one transaction, after the concurrent indexes."""
        return _CONCURRENT_INDEX.sub("", self.sql)


def migrate(database_url: str) -> list[str]:
    """Apply missing migrations and return their names, in order; an up-to-date database returns `[]`.

    Raises `MigrationChanged`, or `psycopg.Error` if a file fails (its transaction rolls back).
    """
    migrations = list(find_migrations())
    # Migrations of large tables take long: only the server's own limits apply.
    with psycopg.connect(database_url, autocommit=True) as conn:
        _wait_for_lock(conn)
        conn.execute(_CREATE_MIGRATION_TABLE)
        conn.execute(_CREATE_KEY_IDS_TABLE)
        return [*_migrate_job_queue(conn), *(m.name for m in migrations if _apply(conn, m))]


def find_missing(database_url: str) -> list[str]:
    """Return the names of the migrations that `migrate` would apply, in order; change nothing."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        if conn.execute("select to_regclass('public.admitone_migration')").fetchone() == (None,):
            return [migration.name for migration in find_migrations()]
        applied = {name for (name,) in conn.execute("select id from public.admitone_migration")}
    return [migration.name for migration in find_migrations() if migration.name not in applied]


def count_jobs(database_url: str, name: str) -> int:
    """Return the number of jobs of that name that wait or run."""
    with psycopg.connect(database_url) as conn:
        row = conn.execute(
            "select count(*) from procrastinate_jobs where task_name = %s and status in ('todo', 'doing')", [name]
        ).fetchone()
    assert row is not None
    return int(row[0])


def find_migrations() -> Iterator[Migration]:
    """Yield every slice's migrations. Slices share no table, so only the order inside each matters."""
    for path in sorted(Path(str(files("admitone"))).glob("*/migrations/*.sql")):
        yield Migration(path.stem, path.read_text("utf-8"))


def _apply(conn: psycopg.Connection, migration: Migration) -> bool:
    row = conn.execute("select sha256 from public.admitone_migration where id = %s", [migration.name]).fetchone()
    if row is not None:
        if row[0] != migration.sha256:
            raise MigrationChanged(migration.name)
        return False
    # Bytes: the file ships with the package and is no user input.
    for name, statement in migration.concurrent_indexes:
        conn.execute(f"drop index concurrently if exists {name}".encode())
        conn.execute(statement.encode())
    with conn.transaction():
        conn.execute(migration.transaction.encode())
        _record(conn, migration)
    return True


def _wait_for_lock(conn: psycopg.Connection) -> None:
    """Take the lock, which is released with the connection.

    A statement that waited for it would have a snapshot, and a concurrent index waits for every older snapshot: two
    processes that migrate would wait for each other.
    """
    while conn.execute("select pg_try_advisory_lock(%s)", [_ADVISORY_LOCK]).fetchone() != (True,):
        time.sleep(_LOCK_POLL_SECONDS)


def _migrate_job_queue(conn: psycopg.Connection) -> Iterator[str]:
    """Migrate the job queue.

    Procrastinate ships its whole schema and one file per later change: apply the schema and record the changes.
    """
    changes = [
        Migration(f"procrastinate_{path.stem}", path.read_text("utf-8"))
        for path in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    ]
    if conn.execute("select to_regclass('procrastinate_jobs')").fetchone() == (None,):
        with conn.transaction():
            conn.execute(SchemaManager.get_schema())
            for change in changes:
                _record(conn, change)
        yield "procrastinate"
    else:
        yield from (change.name for change in changes if _apply(conn, change))


def _record(conn: psycopg.Connection, migration: Migration) -> None:
    conn.execute(
        "insert into public.admitone_migration (id, sha256) values (%s, %s)",
        [migration.name, migration.sha256],
    )
