"""Migrations on a real server: each runs once, completely or not at all, in one process at a time."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql

from admitone.embedded.postgresql_roles import OWNER
from admitone.runtime import migrations
from admitone.runtime.migrations import Migration, MigrationChanged, find_missing, migrate
from tests.servers import ServerUrls, as_app, drop_database

START_SECONDS_MAX = 60.0
_BUILDING = """
    select from pg_stat_activity
    where datname = current_database() and query like 'create unique index%' and wait_event_type = 'Lock'
"""


@pytest.fixture
def empty_url(server_urls: ServerUrls, worker_number: int) -> Iterator[str]:
    """Return the URL of a database without any migration."""
    name = f"migrations_{worker_number}"
    with psycopg.connect(server_urls.postgres, autocommit=True) as conn:
        drop_database(conn, name)
        conn.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield server_urls.database_url(name)
        drop_database(conn, name)


def test_a_second_run_has_nothing_to_do(empty_url: str) -> None:
    missing = find_missing(empty_url)
    applied = migrate(empty_url)

    assert applied == ["procrastinate", *missing]
    assert migrate(empty_url) == []
    assert find_missing(empty_url) == []


def test_two_at_once_apply_everything_once(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        applied = [name for names in pool.map(migrate, [empty_url, empty_url]) for name in names]

    assert len(applied) == len(set(applied))
    assert find_missing(empty_url) == []


TABLE = Migration("0001_test", "create table public.seats (id int); insert into public.seats values (1);")
INDEX = Migration("0002_test", "create unique index concurrently seats_key on public.seats (id);\nselect 1;")


def test_an_index_is_built_while_others_write(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "find_migrations", lambda: iter([TABLE]))
    migrate(empty_url)
    monkeypatch.setattr(migrations, "find_migrations", lambda: iter([TABLE, INDEX]))

    with (
        ThreadPoolExecutor(2) as pool,
        psycopg.connect(empty_url) as earlier,
        psycopg.connect(empty_url, autocommit=True) as other,
    ):
        earlier.execute("insert into public.seats values (2)")
        applying = [pool.submit(migrate, empty_url) for _ in range(2)]  # neither waits for the other's snapshot
        deadline = time.monotonic() + START_SECONDS_MAX
        while other.execute(_BUILDING).fetchone() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        other.execute("set lock_timeout to '10s'")
        other.execute("insert into public.seats values (3)")
        earlier.commit()
        applied = [name for each in applying for name in each.result(START_SECONDS_MAX)]

    assert applied == ["0002_test"]


def test_an_index_whose_build_was_interrupted_is_built_again(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "find_migrations", lambda: iter([TABLE]))
    migrate(empty_url)
    monkeypatch.setattr(migrations, "find_migrations", lambda: iter([TABLE, INDEX]))
    with psycopg.connect(empty_url, autocommit=True) as conn:
        conn.execute("insert into public.seats values (1)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            migrate(empty_url)  # leaves an invalid index
        conn.execute("delete from public.seats where ctid = (select max(ctid) from public.seats)")

        assert migrate(empty_url) == ["0002_test"]
        shown = conn.execute("select indisvalid from pg_index where indexrelid = 'public.seats_key'::regclass")
        assert shown.fetchone() == (True,)


def test_a_file_that_fails_leaves_no_trace(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    good = Migration("0001_test_good", "create table good (id int); insert into good values (1);")
    bad = Migration("0002_test_bad", "create table half (id int); select no_such_column;")
    monkeypatch.setattr(migrations, "find_migrations", lambda: iter([good, bad]))

    with pytest.raises(psycopg.errors.UndefinedColumn):
        migrate(empty_url)

    with psycopg.connect(empty_url) as conn:
        assert conn.execute("select to_regclass('good') is null, to_regclass('half') is null").fetchone() == (
            False,
            True,
        )
    assert find_missing(empty_url) == ["0002_test_bad"]


def test_a_changed_migration_file_is_refused(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "find_migrations", lambda: iter([Migration("0001_test", "select 1;")]))
    migrate(empty_url)
    monkeypatch.setattr(migrations, "find_migrations", lambda: iter([Migration("0001_test", "select 2;")]))

    with pytest.raises(MigrationChanged, match="0001_test"):
        migrate(empty_url)


def test_a_table_of_a_migration_can_be_used_at_once(database_url: str) -> None:
    """Processes run while it is made: none waits for its grants."""
    with psycopg.connect(database_url.replace("//postgres@", f"//{OWNER}@", 1), autocommit=True) as owner:
        owner.execute("create table booking.probe (id bigint generated always as identity, value text)")
        try:
            with psycopg.connect(as_app(database_url), autocommit=True) as app:
                app.execute("insert into booking.probe (value) values ('x')")
                assert app.execute("select value from booking.probe").fetchall() == [("x",)]
        finally:
            owner.execute("drop table booking.probe")
