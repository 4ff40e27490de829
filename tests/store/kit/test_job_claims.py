"""A job that its worker lost runs again although the worker lives; a running job is not taken from its worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import psycopg
import pytest
import pytest_asyncio
from procrastinate import App, PsycopgConnector
from psycopg import sql

from admitone.kit.job_claims import DEAD_SECONDS, ORPHAN_SECONDS, ClaimingJobManager
from admitone.kit.postgres import Pool, open_pool
from tests.servers import ServerUrls, create_database

SECONDS_MAX = 60.0


@dataclass
class Queue:
    """A queue on the test's database; `time` is the clock of its claims."""

    app: App
    pool: Pool
    time: float = 0.0
    ran: list[int] = field(default_factory=list)
    claims: ClaimingJobManager = field(init=False)

    def __post_init__(self) -> None:
        self.claims = self.app.job_manager = ClaimingJobManager(self.app.connector, now=lambda: self.time)

    async def one(self, query: str) -> object:
        async with self.pool.connection() as conn:
            cursor = await conn.execute(query.encode())
            row = await cursor.fetchone()
        return None if row is None else next(iter(row.values()))

    async def run(self, query: str) -> None:
        async with self.pool.connection() as conn:
            await conn.execute(query.encode())


@pytest.fixture
def database_url(server_urls: ServerUrls, worker_number: int) -> str:
    """A database for this module only: one test closes all its client connections."""
    return create_database(server_urls, f"claims_{worker_number}")


@pytest_asyncio.fixture
async def queue(database_url: str) -> AsyncIterator[Queue]:
    async with open_pool(database_url, size_max=4, autocommit=False) as own, open_pool(database_url) as pool:
        app = App(connector=PsycopgConnector())
        async with app.open_async(own):
            yield Queue(app, pool)


async def fetch(queue: Queue) -> int:
    """Claim a job as a worker of `queue` does; return its id."""
    worker_id = await queue.claims.register_worker()
    await queue.app.configure_task("a.job", allow_unknown=True).defer_async()
    job = await queue.claims.fetch_job(None, worker_id)
    assert job is not None
    assert job.id is not None
    return job.id


async def test_a_job_whose_fetch_was_not_answered_is_put_back(queue: Queue) -> None:
    """PostgreSQL marked the job as the worker's, and the worker never received it."""
    job_id = await fetch(queue)
    queue.claims._running.clear()

    early = await queue.claims.take_over()
    queue.time += ORPHAN_SECONDS
    late = await queue.claims.take_over()

    assert (early, late) == ([], [job_id])
    assert await queue.one("select status::text from procrastinate_jobs") == "todo"


async def test_a_running_job_stays_with_its_worker_though_its_heartbeat_is_old(queue: Queue) -> None:
    """After an outage every heartbeat is old. Another worker takes the job over: this one may be dead."""
    job_id = await fetch(queue)
    await queue.run(f"update procrastinate_workers set last_heartbeat = now() - interval '{DEAD_SECONDS + 1} seconds'")
    queue.time += 10 * ORPHAN_SECONDS

    own = await queue.claims.take_over()
    others = await ClaimingJobManager(queue.app.connector).take_over()

    assert (own, others) == ([], [job_id])


async def test_an_outcome_is_stored_when_postgresql_is_back(
    queue: Queue, database_url: str, server_urls: ServerUrls
) -> None:
    """The job ends while no connection is possible: it does not stay `doing` forever, and does not run twice."""
    ended = asyncio.Event()
    async with postgres(server_urls) as other:

        @queue.app.task(name="a.job")
        async def work() -> None:
            queue.ran.append(1)
            await shut_out(other, database_url)
            ended.set()

        await work.defer_async()
        worker = asyncio.create_task(
            queue.app.run_worker_async(delete_jobs="successful", install_signal_handlers=False, listen_notify=False)
        )
        try:
            await asyncio.wait_for(ended.wait(), SECONDS_MAX)
            async with asyncio.timeout(SECONDS_MAX):
                while not queue.pool.is_open_circuit:
                    with suppress(psycopg.OperationalError):
                        await queue.one("select 1")
                    await asyncio.sleep(0.05)
        finally:
            await let_in(other, database_url)
        async with asyncio.timeout(SECONDS_MAX):
            while await jobs_left(queue):
                await asyncio.sleep(0.05)
        worker.cancel()
        await asyncio.wait([worker])

    assert queue.ran == [1]


async def jobs_left(queue: Queue) -> object:
    try:
        return await queue.one("select count(*) from procrastinate_jobs")
    except psycopg.OperationalError:
        return True


@asynccontextmanager
async def postgres(server_urls: ServerUrls) -> AsyncIterator[psycopg.AsyncConnection]:
    async with await psycopg.AsyncConnection.connect(server_urls.postgres, autocommit=True) as conn:
        yield conn


async def shut_out(other: psycopg.AsyncConnection, database_url: str) -> None:
    """Reject new connections and close the existing ones."""
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    await other.execute(sql.SQL("alter database {} with allow_connections false").format(sql.Identifier(str(name))))
    await other.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [name])


async def let_in(other: psycopg.AsyncConnection, database_url: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    await other.execute(sql.SQL("alter database {} with allow_connections true").format(sql.Identifier(str(name))))
