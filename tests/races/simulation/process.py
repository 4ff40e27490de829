"""One process of the product on virtual servers: the real use cases, batchers and jobs, and nothing of HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

from redis.asyncio import Redis

from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import expire_bookings, free_lapsed_holds
from admitone.booking.usecases.resolve_payments import resolve_overdue, resolve_payment, resolve_stalled
from admitone.booking.usecases.seat_states import publish_sales
from admitone.catalogue.contracts import SeatMap
from admitone.kit.jobs import Defer
from admitone.kit.postgres import Pool
from admitone.payments.usecases.capture import capture_payments
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.payments.usecases.void import void_payment
from admitone.testing.simulated_locks import SimulatedLocks
from tests.builders import box_office
from tests.races.simulation.model_database import ModelDatabase, ModelPool
from tests.races.simulation.model_payments import FINISH_JOB
from tests.races.simulation.model_time import at
from tests.races.simulation.network import DATABASE, DEFECTS, PROCESSOR, FarLocks, Life, Network
from tests.races.simulation.processor import Company, Processor

JOBS_AT_ONCE = 4
JOB_WAIT_SECONDS_MAX = 30.0
# As in runtime/worker.py.
LAPSED_HOLDS_SECONDS, EXPIRE_SECONDS, STALLED_SECONDS, OVERDUE_SECONDS, POLL_SECONDS = 0.5, 1.0, 5.0, 5.0, 0.5

Answer = TypeVar("Answer")


class ProcessDied(Exception):
    """Whoever was connected to it sees the connection close."""


class Process:
    def __init__(
        self,
        name: str,
        network: Network,
        database: ModelDatabase,
        locks: SimulatedLocks,
        company: Company,
        *,
        queue: Defer,
        seat_map: SeatMap,
        new_id: Callable[[str], str],
        predicts: bool,
    ) -> None:
        self.life = Life(name)
        self.life.may_run.set()
        self.life.on_death = lambda: database.abort(self.life)
        self._network = network
        self._database = database
        self._tasks: list[asyncio.Task[Any]] = []
        pool = cast(Pool, ModelPool(database, network.hop(self.life, DATABASE), self.life))

        def now() -> datetime:
            return at(network.clock())

        provider = Processor(company, network.hop(self.life, PROCESSOR), predicts=predicts)
        self.payments = PaymentsDeps(pool, provider, queue, now, PaymentWrites(pool, provider.name))

        # As every test's box office, with these servers in place of the real ones.
        office = box_office(pool, Redis(), seat_map=seat_map, defer=queue, payments=self.payments, now=now)
        self.booking = replace(office, locks=FarLocks(locks, network, self.life), new_id=new_id)

    async def serve(self, work: Callable[[Deps], Awaitable[Answer]]) -> Answer:
        """Do what a request asks. Raises `ProcessDied` where the process dies before it answers."""
        if self.life.died.is_set():
            raise ProcessDied
        task = asyncio.ensure_future(work(self.booking))
        death = asyncio.ensure_future(self.life.died.wait())
        self._tasks += (task, death)
        await asyncio.wait([task, death], return_when=asyncio.FIRST_COMPLETED)
        if self.life.died.is_set():
            raise ProcessDied
        death.cancel()
        return await task

    def work(self) -> None:
        """Be a worker: rounds and jobs, as `runtime/worker.py`."""
        rounds: list[tuple[float, Callable[[], Awaitable[object]]]] = [
            (LAPSED_HOLDS_SECONDS, partial(free_lapsed_holds, self.booking)),
            (EXPIRE_SECONDS, partial(expire_bookings, self.booking)),
            (STALLED_SECONDS, partial(resolve_stalled, self.booking)),
            (OVERDUE_SECONDS, partial(resolve_overdue, self.booking)),
        ]
        for seconds, work in rounds:
            self._tasks.append(asyncio.ensure_future(self._every(seconds, work)))
        self._tasks += [asyncio.ensure_future(self._run_jobs()) for _ in range(JOBS_AT_ONCE)]

    async def _every(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        while not self.life.died.is_set():
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - as the worker: the next round tries again; defects are kept
                self._network.note(self.life.name, f"round failed: {error!r}")
                self.check(error)
            await asyncio.sleep(seconds)

    async def _run_jobs(self) -> None:
        """Take a job that is due, do it, and say so; a job that failed waits, each time longer."""
        while not self.life.died.is_set():
            number = self._take_job()
            if number is None:
                await asyncio.sleep(POLL_SECONDS)
                continue
            job = self._database.rows["jobs"][(number,)]
            try:
                await self._do(job["name"], job["arguments"])
                async with self.booking.pool.connection() as conn:
                    await cast(Any, conn).execute(FINISH_JOB, {"number": number})
            except Exception as error:  # noqa: BLE001 - as the queue: the job is tried again; defects are kept
                self._network.note(self.life.name, f"job {number} {job['name']} failed: {error!r}")
                self.check(error)
                self._put_back(number)

    def _take_job(self) -> int | None:
        """Leases live outside the model: a worker that died has lost its job, another takes it."""
        leases, now = self._database.leases, self._network.clock()
        for key, job in self._database.rows.get("jobs", {}).items():
            number = int(key[0])
            lease = leases.get(number)
            free = lease is None or (lease[1] is None and lease[2] <= now) or (lease[1] and lease[1].died.is_set())
            if not job["is_done"] and free:
                leases[number] = ((lease[0] if lease else 0) + 1, self.life, 0.0)
                return number
        return None

    def _put_back(self, number: int) -> None:
        attempts = self._database.leases[number][0]
        again = self._network.clock() + min(2.0**attempts, JOB_WAIT_SECONDS_MAX)
        self._database.leases[number] = (attempts, None, again)

    async def _do(self, name: str, arguments: dict[str, Any]) -> None:
        match name:
            case "booking.publish_sales":
                await publish_sales(self.booking, **arguments)
            case "booking.release_locks":
                await self.booking.locks.release(**arguments)
            case "booking.resolve_payment":
                await resolve_payment(self.booking, **arguments)
            case "payments.capture":
                await capture_payments(self.payments, **arguments)
            case "payments.void":
                await void_payment(self.payments, **arguments)
            case _:
                raise AssertionError(f"nobody does {name}")

    def check(self, error: Exception) -> None:
        """A defect is a failure of the run, wherever it happened."""
        if isinstance(error, DEFECTS):
            self._network.defects.append(error)

    def tasks(self) -> list[asyncio.Task[Any]]:
        return self._tasks
