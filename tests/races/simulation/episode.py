"""Play one episode: a small event, many buyers, a few processes and every kind of fault, all from one seed."""

import asyncio
from collections.abc import Coroutine, Mapping
from random import Random
from typing import Any

import msgspec
from structlog.testing import capture_logs

from admitone.booking.usecases.project_events import project_events
from admitone.catalogue.contracts import EventsChanged, EventStatus, SaleTerms
from admitone.payments.domain.intent import IntentStatus
from admitone.testing.simulated_locks import SimulatedLocks
from tests.builders import CIRCLE, STALLS, STANDING, a_hall, terms_of_a_show
from tests.races.simulation.buyer import Buyer, Told
from tests.races.simulation.invariants import Broken, check_at_rest, check_commit
from tests.races.simulation.model_booking import BOOKING_STATEMENTS
from tests.races.simulation.model_database import Key, ModelConnection, ModelDatabase, Row
from tests.races.simulation.model_payments import JOB_STATEMENTS, PAYMENT_STATEMENTS, Queue
from tests.races.simulation.model_time import at
from tests.races.simulation.network import DATABASE, DEFECTS, LOCKS, PROCESSOR, Faults, Network
from tests.races.simulation.process import Process
from tests.races.simulation.processor import Company
from tests.races.simulation.virtual_loop import VirtualLoop

EVENT = "evt_show"
HOLD_SECONDS = 8
SALE_SECONDS = 40.0
# Long enough for every hold, retry and round to end.
REST_SECONDS_MAX = 1_500
WEB, WORKERS = 2, 2


class Episode:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.loop = VirtualLoop()
        self.random = random = Random(seed)
        calm = random.random() < 0.15
        faults = Faults(
            lost=0 if calm else random.choice([0, 0.002, 0.02]),
            slow=random.choice([0.005, 0.05]),
            repeated=random.choice([0, 0.1]),
            crash=0 if calm else random.choice([0, 0.002, 0.01]),
        )
        self.network = Network(random, faults, self.loop.time)
        self.database = ModelDatabase(self.loop.time, {**BOOKING_STATEMENTS, **PAYMENT_STATEMENTS, **JOB_STATEMENTS})
        self.database.on_commit = self._on_commit
        self.locks = SimulatedLocks(self.loop.time)
        self.company = Company()
        self.told = Told()
        self.hall = a_hall(rows=random.randint(1, 3), seats=random.randint(2, 6), circle_rows=random.randint(0, 1))
        self._queue = Queue()
        self._predicts = random.random() < 0.5
        self._ids = 0
        self._lives = 0
        self.processes: list[Process] = []
        self._graveyard: list[Process] = []
        self._troubles: list[asyncio.Future[None]] = []
        prices = [msgspec.structs.replace(level, amount=0, fee=0) for level in (STALLS, CIRCLE)]
        levels = (*(prices if random.random() < 0.2 else (STALLS, CIRCLE)), STANDING)
        self.terms: SaleTerms = msgspec.structs.replace(
            terms_of_a_show(
                event_id=EVENT,
                seat_map=self.hall,
                standing=random.randint(1, 4),
                levels=levels,
                ticket_limit=4,
                hold_seconds=HOLD_SECONDS,
                allow_orphans=random.random() < 0.5,
            ),
            starts_at=at(10_000_000),
        )

    def run(self) -> None:
        """Play to the end. Raises `Broken` when an invariant breaks."""
        asyncio.set_event_loop(self.loop)
        self.loop.set_exception_handler(self._on_unheard)
        try:
            with capture_logs():
                self.loop.run_until_complete(self._play())
        finally:
            pending = asyncio.all_tasks(self.loop)
            for task in pending:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            asyncio.set_event_loop(None)
            self.loop.close()

    def _on_unheard(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Ignore the result of a dead process's code, unless it is a defect."""
        error = context.get("exception")
        if isinstance(error, (*DEFECTS, asyncio.InvalidStateError)):
            self.network.defects.append(error)

    async def _play(self) -> None:
        await self._announce(self.terms)
        self.processes = [self._start(number) for number in range(WEB + WORKERS)]
        seats = [seat.id for seat in self.hall.seats]
        count = self.random.randint(10, 40)
        buyers = [asyncio.ensure_future(self._shop(number, seats)) for number in range(count)]
        chaos = [asyncio.ensure_future(self._chaos()), asyncio.ensure_future(self._bank())]
        await asyncio.wait(buyers)
        self._check_defects()
        for task in chaos:
            task.cancel()
        await self._heal()
        await self._rest()
        for buyer in buyers:
            buyer.result()
        check_at_rest(self.database, self.locks, self.company, self.told, self.terms, self.hall)

    async def _shop(self, number: int, seats: list[str]) -> None:
        await asyncio.sleep(self.random.random() * SALE_SECONDS)
        await Buyer(number, self.random, EVENT, seats, self.told).shop(self._pick)

    def _pick(self) -> Process | None:
        """Return any web process, dead ones too: a dead one looks to a buyer like a refused connection."""
        return self.random.choice(self.processes[:WEB])

    def _start(self, number: int) -> Process:
        self._lives += 1
        process = Process(
            f"{'web' if number < WEB else 'worker'}{number}.{self._lives}",
            self.network,
            self.database,
            self.locks,
            self.company,
            queue=self._queue,
            seat_map=self.hall,
            new_id=self._new_id,
            predicts=self._predicts,
        )
        if number >= WEB:
            process.work()
        return process

    def _new_id(self, prefix: str) -> str:
        self._ids += 1
        return f"{prefix}_{self._ids:026}"

    async def _announce(self, terms: SaleTerms) -> None:
        self.terms = terms
        conn: Any = ModelConnection(self.database)
        async with conn.transaction():
            await project_events(conn, EventsChanged((terms,)))

    async def _chaos(self) -> None:
        """Break something every few seconds; restart dead processes a moment later."""
        random = self.random
        while True:
            await asyncio.sleep(random.expovariate(0.5))
            for number, process in enumerate(self.processes):
                if process.life.died.is_set():
                    self._graveyard.append(process)
                    self.processes[number] = self._start(number)
            match random.choice(["kill", "stop", "flush", LOCKS, DATABASE, PROCESSOR, "price", "cancel", "", ""]):
                case "kill" if self.network.faults.crash:
                    random.choice(self.processes).life.kill()
                case "stop" if self.network.faults.crash:
                    self._later(self._stop(random.choice(self.processes), random.random() * 2 * HOLD_SECONDS))
                case "flush":
                    self.network.note("chaos", "flush")
                    self.locks.flush()
                case ("locks" | "database" | "processor") as server if self.network.faults.lost:
                    self._later(self._take_down(server, random.random() * 4))
                case "price":
                    await self._reprice()
                case "cancel" if random.random() < 0.1:
                    changes = {"status": EventStatus.CANCELLED, "revision": self.terms.revision + 1}
                    await self._announce(msgspec.structs.replace(self.terms, **changes))

    def _later(self, work: Coroutine[None, None, None]) -> None:
        self._troubles.append(asyncio.ensure_future(work))

    async def _reprice(self) -> None:
        raised = tuple(
            msgspec.structs.replace(level, amount=level.amount + 100 if level.amount else 0)
            for level in self.terms.price_levels
        )
        revision = self.terms.revision + 1
        await self._announce(msgspec.structs.replace(self.terms, price_levels=raised, revision=revision))

    async def _stop(self, process: Process, seconds: float) -> None:
        process.life.may_run.clear()
        await asyncio.sleep(seconds)
        process.life.may_run.set()

    async def _take_down(self, server: str, seconds: float) -> None:
        self.network.note("chaos", f"{server} down")
        self.network.down.add(server)
        await asyncio.sleep(seconds)
        self.network.down.discard(server)

    async def _bank(self) -> None:
        """Let buyers answer their bank's question after a while, in another app."""
        while True:
            await asyncio.sleep(self.random.expovariate(0.3))
            waiting = [
                charge.id for charge in self.company.charges.values() if charge.status is IntentStatus.REQUIRES_ACTION
            ]
            if waiting:
                self.company.authenticate(self.random.choice(waiting))

    async def _heal(self) -> None:
        self.network.down.clear()
        self.network.faults = Faults(lost=0, slow=0.005, repeated=self.network.faults.repeated, crash=0)
        for number, process in enumerate(self.processes):
            process.life.may_run.set()
            if process.life.died.is_set():
                self.processes[number] = self._start(number)

    async def _rest(self) -> None:
        """Let time pass until no task has work left, and a little more."""
        deadline = self.loop.time() + REST_SECONDS_MAX
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(HOLD_SECONDS)
            self._check_defects()
            quiet = 0 if self._is_busy() else quiet + 1
            if self.loop.time() > deadline:
                raise Broken(5, f"not at rest after {REST_SECONDS_MAX} s: {self._is_busy()}")

    def _is_busy(self) -> str:
        rows = self.database.rows
        busy = [b["id"] for b in rows.get("bookings", {}).values() if b["status"] in ("in_progress", "paying")]
        jobs = [f"{j['name']}{j['arguments']}" for j in rows.get("jobs", {}).values() if not j["is_done"]]
        event = self.locks.peek(EVENT)
        return ", ".join([*busy, *jobs, *(event.holds if event else ())])

    def _on_commit(self, written: Mapping[Key, Row]) -> None:
        try:
            check_commit(self.database, written, self.company)
        except Broken as broken:  # not raised here: the process that commits would take it for an error of its own
            self.network.defects.append(broken)

    def _check_defects(self) -> None:
        for defect in self.network.defects:
            raise Broken(getattr(defect, "number", 0), f"a defect: {defect!r}") from defect
