"""The pool lends working connections: with any file descriptor number, and after a restart of PostgreSQL."""

import asyncio
import os
import resource
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from admitone.embedded.child import Child
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.readiness import wait_until_ready
from admitone.kit.postgres import Pool, open_pool
from admitone.kit.postgres_pool import PostgresUnavailable
from tests.races.faults.postgres_proxy import PostgresProxy
from tests.server_folder import open_server_folder
from tests.servers import FAST_SETTINGS

# The highest descriptor that select() can watch (FD_SETSIZE).
SELECTABLE_MAX = 1024


@pytest.fixture
def crowd() -> Iterator[None]:
    """Open enough files that the next one is beyond what select() can watch."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2 * SELECTABLE_MAX:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(2 * SELECTABLE_MAX, hard), hard))
    held = [os.open(os.devnull, os.O_RDONLY)]
    while held[-1] < SELECTABLE_MAX:
        held.append(os.dup(held[0]))
    yield
    for descriptor in held:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_connection_with_a_high_descriptor_number_works(crowd: None, database_url: str) -> None:
    async with open_pool(database_url, size_max=1) as pool, pool.connection() as conn:
        assert conn.fileno() > SELECTABLE_MAX
        await pool.check_connection(conn)


async def test_a_connection_that_the_server_has_closed_is_not_lent(database_url: str) -> None:
    async with open_pool(database_url, size_max=2) as pool, pool.connection() as conn:
        async with pool.connection() as other:
            await other.execute("select pg_terminate_backend(%s, 5000)", [conn.info.backend_pid])

        with pytest.raises(psycopg.OperationalError):
            await pool.check_connection(conn)


async def test_the_first_of_two_hosts_accepts_and_never_answers(database_url: str) -> None:
    """A primary that hangs, and another one that took over: connections go to the second."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{folder}/.s.PGSQL.5432")
        silent.listen()
        both = database_url.replace("host=", f"host={quote(folder, safe='/')},")
        async with open_pool(f"{both}&target_session_attrs=read-write", size_max=2) as pool:
            answers = [await _ask_until_answered(pool) for _ in range(2)]

    assert answers == [1, 1]


async def test_the_primary_freezes_and_another_host_takes_over(database_url: str) -> None:
    """The first host acknowledges every packet and answers nothing: requests in progress fail, later ones succeed."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        sockets = str(psycopg.conninfo.conninfo_to_dict(database_url)["host"])
        proxy = PostgresProxy(Path(folder), Path(sockets, ".s.PGSQL.5432"))
        both = database_url.replace("host=", f"host={quote(folder, safe='/')},")
        try:
            async with open_pool(f"{both}&target_session_attrs=read-write", size_max=CONNECTIONS) as pool:
                await fill(pool)
                with proxy.silent():
                    stuck = [asyncio.create_task(_ask(pool)) for _ in range(CONNECTIONS)]
                    await asyncio.wait(stuck, timeout=SECONDS_MAX)
                    ended = [task.done() and isinstance(task.exception(), psycopg.OperationalError) for task in stuck]
                    later = [await _ask_until_answered(pool) for _ in range(CONNECTIONS)] if all(ended) else []
        finally:
            proxy.stop()

    assert later == [1] * CONNECTIONS


async def _ask_until_answered(pool: Pool) -> int:
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            with suppress(psycopg.OperationalError):
                return await _ask(pool)


async def _ask(pool: Pool) -> int:
    async with pool.connection() as conn:
        row = await (await conn.execute("select 1 as one")).fetchone()
    assert row is not None
    return int(row["one"])


@dataclass
class Server:
    """A PostgreSQL that a test stops and starts."""

    postgresql: PostgreSQL
    child: Child

    @property
    def url(self) -> str:
        return self.postgresql.url("postgres")

    def start(self) -> None:
        self.child = self.postgresql.spawn()
        wait_until_ready(self.child, self.postgresql.answers)

    def stop(self) -> None:
        self.child.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with ExitStack() as stack:
        folder, identity, binaries = stack.enter_context(open_server_folder("pool"))
        postgresql = PostgreSQL(binaries.postgres_folder, folder, identity, FAST_SETTINGS)
        postgresql.prepare()
        server = Server(postgresql, postgresql.spawn())
        stack.callback(server.stop)
        wait_until_ready(server.child, postgresql.answers)
        yield server


CONNECTIONS = 8
SECONDS_MAX = 60.0


async def fill(pool: Pool) -> list[int]:
    """Open the pool's maximum of connections; return their backend ids. All are idle afterwards."""
    async with asyncio.timeout(SECONDS_MAX):
        lent = await asyncio.gather(*(pool.getconn() for _ in range(CONNECTIONS)))
    backends = [conn.info.backend_pid for conn in lent]
    for conn in lent:
        await pool.putconn(conn)
    assert len(set(backends)) == CONNECTIONS
    return backends


async def ask(pool: Pool) -> int:
    async with pool.connection() as conn:
        return conn.info.backend_pid


@pytest.mark.parametrize("requests", [1, 3 * CONNECTIONS])
async def test_after_all_connections_were_closed_the_first_requests_succeed(database_url: str, requests: int) -> None:
    async with open_pool(database_url, size_max=CONNECTIONS) as pool:
        closed = await fill(pool)
        async with await psycopg.AsyncConnection.connect(database_url) as killer:
            await killer.execute("select pg_terminate_backend(pid, 5000) from unnest(%s::int[]) pid", [closed])

        lent = await asyncio.gather(*(ask(pool) for _ in range(requests)))
        again = [await ask(pool) for _ in range(CONNECTIONS)]

    assert not set(closed) & {*lent, *again}


async def test_after_a_restart_the_first_requests_succeed(server: Server) -> None:
    async with open_pool(server.url, size_max=CONNECTIONS) as pool:
        closed = await fill(pool)
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)

        lent = await asyncio.gather(*(ask(pool) for _ in range(CONNECTIONS)))

    assert not set(closed) & set(lent)


async def test_idle_connections_that_were_closed_are_replaced_before_a_request_comes(database_url: str) -> None:
    async with open_pool(database_url, size_max=CONNECTIONS) as pool:
        closed = await fill(pool)
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as other:
            await other.execute("select pg_terminate_backend(pid, 5000) from unnest(%s::int[]) pid", [closed])
            async with asyncio.timeout(SECONDS_MAX):
                while (await count_idle(other, closed)) < CONNECTIONS:
                    await asyncio.sleep(0.05)


async def count_idle(conn: psycopg.AsyncConnection, closed: list[int]) -> int:
    cursor = await conn.execute(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and application_name = 'admitone' and pid <> all(%s)
          and backend_start > (select backend_start from pg_stat_activity where pid = pg_backend_pid())
        """,
        [closed],
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


def is_refusing(pool: Pool) -> bool:
    return pool.is_open_circuit


async def test_while_postgresql_is_away_requests_fail_at_once_and_then_succeed(server: Server) -> None:
    async with open_pool(server.url, size_max=CONNECTIONS) as pool:
        await fill(pool)
        await asyncio.to_thread(server.stop)
        with pytest.raises(psycopg.OperationalError):
            await ask(pool)
        assert is_refusing(pool)

        refused = await asyncio.gather(*(ask(pool) for _ in range(100)), return_exceptions=True)
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(SECONDS_MAX):
            while is_refusing(pool):
                await asyncio.sleep(0.02)
        backend = await ask(pool)

    assert {type(refusal) for refusal in refused} == {PostgresUnavailable}
    assert backend
