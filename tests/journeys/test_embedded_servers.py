"""PostgreSQL and Redis as child processes: unusual paths, kill -9, acknowledged writes survive."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from admitone.embedded.binaries import find_binaries, make_readable
from admitone.embedded.child import Child
from admitone.embedded.data_folder import hold_data_folder
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.postgresql_roles import OWNER, give_to_owner, grant_rights
from admitone.embedded.privileges import choose_identity
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.embedded.startup_error import StartupError
from admitone.runtime.migrations import migrate
from tests.servers import as_app


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Yield a folder that the servers' user can enter (pytest's own folders are closed to other users)."""
    path = Path(tempfile.mkdtemp(prefix="admitone-servers-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


class Servers:
    """Both servers on one data folder; `stop` ends those that run."""

    def __init__(self, data: Path, stack: ExitStack) -> None:
        identity = choose_identity(data)
        folder = stack.enter_context(hold_data_folder(data, identity))
        binaries = make_readable(find_binaries(os.environ), folder.path / "runtime", identity)
        self.postgresql = PostgreSQL(binaries.postgres_folder, folder, identity)
        self.redis = RedisServer(binaries.redis, folder, identity)
        self.stack = stack
        self.folder = folder.path

    def start(self) -> tuple[Child, Child]:
        self.postgresql.prepare()
        children = self.postgresql.spawn(), self.redis.spawn()
        for child in children:
            self.stack.callback(child.stop)
        wait_until_ready(children[0], self.postgresql.answers)
        wait_until_ready(children[1], self.redis.answers)
        return children


@pytest.mark.parametrize("name", ["plain", "with space, comma & ümläut [1] #2 %41;", "long-" * 30])
def test_both_start_on_a_path_of_any_kind(open_folder: Path, name: str) -> None:
    with ExitStack() as stack:
        servers = Servers(open_folder / name, stack)
        servers.start()
        servers.postgresql.create_database()

        with psycopg.connect(servers.postgresql.url()) as conn:
            assert conn.execute("show fsync").fetchone() == ("on",)
            assert conn.execute("show listen_addresses").fetchone() == ("",)
        with redis.Redis.from_url(servers.redis.url()) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
            assert client.config_get("port") == {"port": "0"}


def test_acknowledged_writes_survive_kill_9(open_folder: Path) -> None:
    with ExitStack() as stack:
        servers = Servers(open_folder / "data", stack)
        children = servers.start()
        servers.postgresql.create_database()
        with psycopg.connect(servers.postgresql.url()) as conn:
            conn.execute("create table sale (seat int)")
            conn.execute("insert into sale values (12)")
        with redis.Redis.from_url(servers.redis.url()) as client:
            client.set("seat", 12)
            client.bgrewriteaof()
            client.wait(0, 0)

        for child in children:
            os.kill(child.pid, signal.SIGKILL)
            assert child.wait(5) == -signal.SIGKILL
        servers.start()

        with psycopg.connect(servers.postgresql.url()) as conn:
            assert conn.execute("select seat from sale").fetchone() == (12,)


def test_an_incomplete_cluster_is_created_again(open_folder: Path) -> None:
    with ExitStack() as stack:
        servers = Servers(open_folder / "data", stack)
        partial = servers.postgresql.data.with_name("partial")
        partial.mkdir()
        partial.joinpath("PG_VERSION").write_text("1\n")

        servers.start()

        assert servers.postgresql.answers()
        assert not partial.exists()


def test_another_major_versions_data_is_refused(open_folder: Path) -> None:
    with ExitStack() as stack:
        servers = Servers(open_folder / "data", stack)
        servers.postgresql.data.with_name("data-9").mkdir()

        with pytest.raises(StartupError, match="another major version"):
            servers.postgresql.prepare()


def test_a_server_that_cannot_start_shows_the_end_of_its_log(open_folder: Path) -> None:
    with ExitStack() as stack:
        servers = Servers(open_folder / "data", stack)
        servers.postgresql.prepare()
        servers.postgresql.data.joinpath("postgresql.conf").write_text("no_such_setting = 1\n")
        child = servers.postgresql.spawn()
        stack.callback(child.stop)

        with pytest.raises(StartupError, match="no_such_setting"):
            wait_until_ready(child, servers.postgresql.answers)


def test_stopping_is_clean_and_fast(open_folder: Path) -> None:
    with ExitStack() as stack:
        servers = Servers(open_folder / "data", stack)
        children = servers.start()

        assert [child.stop() for child in children] == [0, 0]


def test_no_address_of_a_buyer_is_logged(open_folder: Path) -> None:
    address = "ada.lovelace@example.org"
    with ExitStack() as stack:
        servers = Servers(open_folder / "data", stack)
        servers.start()
        servers.postgresql.create_database()
        with psycopg.connect(servers.postgresql.url(), autocommit=True) as conn:
            conn.execute("create table buyer (email text unique, check (email <> 'x'))")
            conn.execute("insert into buyer values (%s)", [address])
            with pytest.raises(psycopg.errors.UniqueViolation):
                conn.execute("insert into buyer values (%s)", [address])
            with pytest.raises(psycopg.errors.DivisionByZero):
                conn.execute("select 1 / 0, %s::text", [address])
            conn.execute("select pg_sleep(1.2), %s::text", [address])
        log = (servers.folder / "logs" / "postgresql.log").read_text()

    assert "duplicate key value" in log
    assert "division by zero" in log
    assert "pg_sleep" in log
    assert "ada.lovelace" not in log


def test_a_data_folder_without_database_roles_is_upgraded(open_folder: Path) -> None:
    with ExitStack() as stack:
        servers = Servers(open_folder / "data", stack)
        servers.start()
        postgresql = servers.postgresql
        postgresql.create_database()
        migrate(postgresql.url())

        for _ in range(2):  # every start does so
            give_to_owner(postgresql.url())
            assert migrate(postgresql.url(role=OWNER)) == []
            grant_rights(postgresql.url())

        with psycopg.connect(postgresql.url()) as conn:
            schemas = "select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'"
            for catalog, schema, owner in (
                ("pg_class", "relnamespace", "relowner"),
                ("pg_proc", "pronamespace", "proowner"),
                ("pg_type", "typnamespace", "typowner"),
            ):
                query = (
                    f"select count(*) from {catalog} where {owner} = 'postgres'::regrole and {schema} in ({schemas})"
                )
                assert conn.execute(query.encode()).fetchone() == (0,), catalog
        with psycopg.connect(postgresql.url(role=OWNER)) as conn:
            conn.execute("alter table booking.bookings add column probe text")


@pytest.mark.parametrize(
    "statement",
    [
        "create table public.mine (a int)",
        "create schema mine",
        "alter table booking.bookings add column mine text",
        "truncate booking.bookings cascade",
        "copy (select 1) to program 'true'",
        "select pg_read_file('PG_VERSION')",
        "insert into public.admitone_migration (id, sha256) values ('x', 'y')",
        "create role mine",
    ],
)
def test_the_roles_of_the_product_may_only_read_and_write_rows(database_url: str, statement: str) -> None:
    with psycopg.connect(as_app(database_url), autocommit=True) as conn:
        assert conn.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() == (False,)
        assert conn.execute("select count(*) from booking.bookings").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement.encode())
