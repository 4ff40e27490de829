"""What is only shown is read from a real streaming replica while that is recent; what it lacks, from the primary."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import psycopg
import pytest
import pytest_asyncio

from admitone.kit.postgres import open_pool
from admitone.kit.postgres_pool import Connection, Pool
from admitone.kit.read_pool import LAG_SECONDS, READS, ReadPool
from admitone.runtime.replica_check import check_replica
from admitone.runtime.server_checks import ServerCheckError
from admitone.testing.organizer import Organizer
from tests.races.failover.replicated import Replicated, run_replicated
from tests.races.faults.waiting import SECONDS_MAX
from tests.running import run_stack
from tests.servers import as_app, create_database

pytestmark = pytest.mark.xdist_group("failover")

PRIMARY, REPLICA = "primary", "replica"
# Of the timeline after a promotion, and before all that a former primary has flushed.
LONG_AGO = "00000002 0/1"


@dataclass
class Env:
    """`now` is the clock of `reads`: the age of the replica's answers changes when a test says so."""

    servers: Replicated
    primary_url: str
    replica_url: str
    primary: Pool
    reads: ReadPool
    now: float = 0.0

    async def shown(self, reads: ReadPool | None = None) -> tuple[str, int]:
        """Return which server answered, and how many rows it has."""
        return await (reads or self.reads).read(count_rows)

    async def until_shown(self, expected: tuple[str, int]) -> None:
        await until(self.shown, expected)

    def write(self) -> None:
        with psycopg.connect(self.primary_url, autocommit=True) as conn:
            conn.execute("insert into shown values (1)")

    @contextmanager
    def behind(self) -> Iterator[None]:
        """Stop the replica's replay: it receives what is committed and shows the past."""
        with psycopg.connect(self.servers.standby_url, autocommit=True) as conn:
            conn.execute("select pg_wal_replay_pause()")
            while conn.execute("select pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
                time.sleep(0.01)
            try:
                yield
            finally:
                conn.execute("select pg_wal_replay_resume()")


async def count_rows(conn: Connection) -> tuple[str, int]:
    row = await (
        await conn.execute("select pg_is_in_recovery() as replica, (select count(*) from shown)::int as rows")
    ).fetchone()
    assert row is not None
    return REPLICA if row["replica"] else PRIMARY, row["rows"]


async def until(ask: Callable[[], Awaitable[object]], expected: object) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while (found := await ask()) != expected:
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def servers() -> Iterator[Replicated]:
    """A pair of its own: another module of this package kills the primary of theirs."""
    with run_replicated() as servers:
        yield servers


@pytest_asyncio.fixture
async def env(servers: Replicated) -> AsyncIterator[Env]:
    primary_url = create_database(servers.urls, "reads")
    replica_url = servers.standby_url.replace("/postgres?", "/reads?", 1)
    with psycopg.connect(primary_url, autocommit=True) as conn:
        conn.execute("create table shown (value int)")
    async with open_pool(primary_url) as primary, open_pool(replica_url, size_min=0) as replica:
        env = Env(servers, primary_url, replica_url, primary, ReadPool(primary))
        env.reads = ReadPool(primary, replica, clock=lambda: env.now)
        yield env
        await env.reads.close()


async def test_a_recent_replica_answers(env: Env) -> None:
    assert await env.shown() == (PRIMARY, 0)  # no position of the primary is known yet

    await env.until_shown((REPLICA, 0))


async def test_the_primary_answers_when_the_replica_is_behind(env: Env) -> None:
    await env.until_shown((REPLICA, 0))

    with env.behind():
        env.write()
        assert await env.shown() == (REPLICA, 0)  # as old as the bound allows
        env.now += LAG_SECONDS * 1.01
        await env.until_shown((PRIMARY, 1))
        env.now += LAG_SECONDS * 0.9  # a position is known that is recent enough, and the replica lacks it
        assert await env.shown() == (PRIMARY, 1)

    await env.until_shown((REPLICA, 1))


async def test_the_primary_answers_what_the_replica_does_not_have_yet(env: Env) -> None:
    await env.until_shown((REPLICA, 0))

    with env.behind():
        env.write()
        found = await env.reads.read(count_rows, is_enough=lambda found: found[1] > 0)

    assert found == (PRIMARY, 1)


async def test_a_scan_sees_what_was_committed_before_it_began(env: Env) -> None:
    """Otherwise a rebuilt index would lack an event whose job ran before the rebuild."""
    await env.until_shown((REPLICA, 0))

    with env.behind():
        env.write()
        position = await env.reads.position()
        assert await env.reads.read(count_rows, since=position) == (PRIMARY, 1)

    await until(lambda: env.reads.read(count_rows, since=position), (REPLICA, 1))


async def test_a_read_that_the_replica_breaks_off_is_answered_by_the_primary(env: Env) -> None:
    await env.until_shown((REPLICA, 0))

    async def end_on_the_replica(conn: Connection) -> tuple[str, int]:
        await conn.execute("select pg_terminate_backend(pg_backend_pid()) where pg_is_in_recovery()")
        return await count_rows(conn)

    assert await env.reads.read(end_on_the_replica) == (PRIMARY, 0)


async def test_a_migration_that_the_replica_replays_between_two_reads_fails_none(env: Env) -> None:
    """PostgreSQL refuses a statement that was prepared before its table changed."""

    async def read_all(conn: Connection) -> set[str]:
        cursor = await conn.execute("select * from shown", prepare=True)
        assert cursor.description is not None
        return {column.name for column in cursor.description}

    await env.until_shown((REPLICA, 0))
    assert await env.reads.read(read_all) == {"value"}
    with psycopg.connect(env.primary_url, autocommit=True) as conn:
        conn.execute("alter table shown add column more int")
    position = await env.reads.position()
    await until(lambda: env.reads.read(count_rows, since=position), (REPLICA, 0))

    assert await env.reads.read(read_all, since=position) == {"value", "more"}


async def test_a_replica_that_hangs_in_a_read_delays_it_only(env: Env) -> None:
    await env.until_shown((REPLICA, 0))
    stopped: list[int] = []

    async def hang_on_the_replica(conn: Connection) -> tuple[str, int]:
        if (await count_rows(conn))[0] == REPLICA:
            stopped.append(conn.info.backend_pid)
            os.kill(stopped[0], signal.SIGSTOP)
        return await count_rows(conn)

    try:
        assert await env.reads.read(hang_on_the_replica) == (PRIMARY, 0)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)

    assert stopped


async def test_a_former_primary_that_runs_on_is_no_replica() -> None:
    """It was cut off, its replica was promoted, and it still answers: what it shows grows old without a bound."""
    with run_replicated() as servers:
        former_url = servers.urls.postgres.replace(f",{_host_of(servers.standby_url)}", "")
        with psycopg.connect(former_url, autocommit=True) as conn:
            conn.execute("create table shown (value int)")
        with psycopg.connect(servers.standby_url, autocommit=True) as conn:
            conn.execute("select pg_promote()")
            conn.execute("insert into shown values (1)")
        async with open_pool(servers.standby_url) as primary, open_pool(former_url) as former:
            reads = ReadPool(primary, former)
            promoted = ReadPool(primary, primary)
            position = await reads.position()

            assert await reads.read(count_rows, since=position) == (PRIMARY, 1)
            assert await reads.read(count_rows, since=LONG_AGO) == (PRIMARY, 1)
            answers = READS.labels("replica")
            before = answers._value.get()
            assert await promoted.read(count_rows, since=position) == (PRIMARY, 1)
            assert answers._value.get() == before + 1


def _host_of(url: str) -> str:
    return url.partition("host=")[2].partition("&")[0]


async def test_the_replica_answers_while_the_primary_does_not(env: Env) -> None:
    """A primary that refuses connections is one that is lost; its replica shows events until another is promoted."""
    async with open_pool(env.replica_url, size_min=0) as replica, open_pool(lost(env.primary_url)) as primary:
        reads = ReadPool(primary, replica)

        async def ask() -> object:
            try:
                return await env.shown(reads)
            except psycopg.OperationalError:
                return None

        await until(ask, (REPLICA, 0))
        await reads.close()


def lost(url: str) -> str:
    """Return the address of a server that is not there."""
    return url.replace("/reads?", "/reads?port=1&", 1)


def test_doctor_tells_how_far_behind_the_replica_is(servers: Replicated) -> None:
    primary_url = servers.urls.postgres

    def examine(replica_url: str | None, *, lag_seconds_max: float = LAG_SECONDS) -> str:
        return check_replica(as_app(primary_url), replica_url, lag_seconds_max=lag_seconds_max)

    assert "none: the primary answers" in examine(None)
    # A replica knows its age from the last commit that it has replayed: one that has just started knows none.
    with psycopg.connect(primary_url, autocommit=True) as primary:
        primary.execute("create table first (value int)")
    assert "ms behind" in examine(as_app(servers.standby_url), lag_seconds_max=SECONDS_MAX)
    with pytest.raises(ServerCheckError, match="is a primary"):
        examine(as_app(primary_url))
    with pytest.raises(ServerCheckError, match="is no replica of this primary's database"):
        examine(as_app(servers.standby_url).replace("/postgres?", "/template1?", 1))
    with psycopg.connect(servers.standby_url, autocommit=True) as standby:
        standby.execute("select pg_wal_replay_pause()")
        with psycopg.connect(primary_url, autocommit=True) as primary:
            primary.execute("create table more (value int)")
        with pytest.raises(ServerCheckError, match="s behind: the primary answers"):
            examine(as_app(servers.standby_url), lag_seconds_max=0.1)
        standby.execute("select pg_wal_replay_resume()")


async def test_roles_show_events_from_the_replica_and_write_to_the_primary(servers: Replicated) -> None:
    replica_url = as_app(servers.standby_url).replace("/postgres?", "/stack_1?", 1)
    async with (
        run_stack(servers.urls, 1, {"ADMITONE_READ_DATABASE_URL": replica_url}) as stack,
        Organizer.of(stack) as organizer,
        httpx.AsyncClient(base_url=stack.address, timeout=60) as http,
    ):
        show = await organizer.show(hall=await organizer.plain_hall())

        async def is_shown_by_the_replica() -> bool:
            # Another query each time: the gateway has no answer to it.
            found = await http.get(f"/venues?q=&page={time.monotonic_ns() % 1000}")
            assert found.status_code == 200, found.text
            details = await http.get(f"/events/details/{show.id}")
            assert details.status_code == 200, details.text
            return 'admitone_view_reads_total{server="replica"} 0.0' not in (await stack.read_metrics("catalogue")).text

        await until(is_shown_by_the_replica, True)
