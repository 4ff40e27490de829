"""Simulate the network between a process and its servers: delay, loss before and after the effect, repetition, crashes.

Messages of one process overtake each other because each has its own delay.
"""

import asyncio
import zlib
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import NoReturn

import psycopg

from admitone.booking.contracts import SeatSnapshot
from admitone.booking.ports import LoadedInventory, LockOutcome, LockRequest, PlaceState
from admitone.kit.refusal import Busy
from admitone.payments.ports import ProviderUnreachable
from admitone.testing.simulated_locks import SimulatedLocks

DATABASE, LOCKS, PROCESSOR = "database", "locks", "processor"

# Mean seconds of one direction.
_WAY = {DATABASE: 0.002, LOCKS: 0.0005, PROCESSOR: 0.2}

DEFECTS = (AssertionError, TypeError, KeyError, AttributeError, ValueError, IndexError)
"""Exceptions that no simulated fault may cause."""

CRASH_POINTS = [
    *("lock:request", "lock:reply", "claim_tickets:request", "claim_tickets:reply", "commit:request", "commit:reply"),
    *("begin_payments:request", "begin_payments:reply", "insert_payments:reply", "authorize:request"),
    *("authorize:reply", "apply_updates:request", "apply_updates:reply", "sell_tickets:request", "sell_tickets:reply"),
    *("sell:request", "sell:reply", "capture:request", "capture:reply", "append_ledger:reply", "cancel:request"),
    *("cancel:reply", "take_over_payment:reply", "free_bookings:reply", "release:request", "finish_job:request"),
    *("load:request", "load:reply", "raise_epoch:reply", "extend:request", "end_payments:request"),
    *(
        "extend_hold_for_authentication:request",
        "extend_hold_for_authentication:reply",
        "record_authorizations:request",
        "record_authorizations:reply",
    ),
]
"""Where a process is killed; `name:request` before the effect, `name:reply` after it."""


@dataclass
class Faults:
    """Fault probabilities per message, and a labelled crash point; drawn again for every episode."""

    lost: float
    slow: float
    repeated: float
    crash: float


@dataclass
class Life:
    """The state of a process. `died` is set once; while `may_run` is clear the process is stopped (SIGSTOP)."""

    name: str
    died: asyncio.Event = field(default_factory=asyncio.Event)
    may_run: asyncio.Event = field(default_factory=asyncio.Event)
    on_death: Callable[[], None] = lambda: None

    def kill(self) -> None:
        if not self.died.is_set():
            self.died.set()
            self.on_death()


class Network:
    def __init__(self, random: Random, faults: Faults, clock: Callable[[], float]) -> None:
        self.random = random
        self.faults = faults
        self.clock = clock
        self.down: set[str] = set()
        self.messages = 0
        self.crashed_at: Counter[str] = Counter()
        self.trace: deque[tuple[float, str, str]] = deque(maxlen=4_000)
        self.digest = 0
        self.defects: list[BaseException] = []

    def hop(self, life: Life, server: str) -> Callable[[str], Awaitable[None]]:
        async def hop(label: str) -> None:
            await self._pass(life, server, label)

        return hop

    def note(self, who: str, what: str) -> None:
        self.trace.append((self.clock(), who, what))
        self.digest = zlib.crc32(f"{self.clock():.6f}{who}{what}".encode(), self.digest)

    async def _pass(self, life: Life, server: str, label: str) -> None:
        is_request = label.endswith(":request")
        if life.died.is_set():
            await _for_ever()
        await life.may_run.wait()
        way = self.random.expovariate(1 / _WAY[server])
        if self.random.random() < self.faults.slow:
            way *= 50
        await asyncio.sleep(way)
        self.messages += 1
        self.note(life.name, label)
        if label in _CRASH_POINTS and self.random.random() < self.faults.crash:
            self.crashed_at[label] += 1
            self.note(life.name, "killed")
            life.kill()
        if life.died.is_set():
            if not (is_request and self.random.random() < 0.5):  # the sent message may still arrive
                await _for_ever()
            return
        if not is_request:
            await life.may_run.wait()
        if server in self.down or self.random.random() < self.faults.lost:
            self.note(life.name, f"{label} lost")
            _fail(server)


_CRASH_POINTS = frozenset(CRASH_POINTS)


def _fail(server: str) -> NoReturn:
    if server == DATABASE:
        raise psycopg.OperationalError("the connection was lost")
    if server == LOCKS:
        raise Busy("The seat locks do not answer.")
    raise ProviderUnreachable("No answer.")


async def _for_ever() -> NoReturn:
    await asyncio.get_running_loop().create_future()
    raise AssertionError("a dead process does nothing")


class FarLocks:
    """`ports.SeatLocks` over the network."""

    def __init__(self, locks: SimulatedLocks, network: Network, life: Life) -> None:
        self._locks = locks
        self._network = network
        self._hop = network.hop(life, LOCKS)

    def _times(self) -> range:
        return range(2 if self._network.random.random() < self._network.faults.repeated else 1)

    async def lock(self, request: LockRequest) -> LockOutcome:
        await self._hop("lock:request")
        outcome = await self._locks.lock(request)
        await self._hop("lock:reply")
        return outcome

    async def release(self, event_id: str, booking_id: str, *, is_claimed: bool = True) -> None:
        await self._hop("release:request")
        for _ in self._times():
            await self._locks.release(event_id, booking_id, is_claimed=is_claimed)
        await self._hop("release:reply")

    async def grant(self, event_id: str, booking_id: str, hold_ms: int, places: tuple[PlaceState, ...]) -> bool:
        await self._hop("grant:request")
        shown = [await self._locks.grant(event_id, booking_id, hold_ms, places) for _ in self._times()]
        await self._hop("grant:reply")
        return shown[-1]

    async def sell(self, event_id: str, booking_id: str, indexes: tuple[int, ...]) -> bool:
        await self._hop("sell:request")
        shown = [await self._locks.sell(event_id, booking_id, indexes) for _ in self._times()]
        await self._hop("sell:reply")
        return shown[-1]

    async def publish(self, event_id: str, epoch: int, places: tuple[PlaceState, ...]) -> bool:
        await self._hop("publish:request")
        shown = [await self._locks.publish(event_id, epoch, places) for _ in self._times()]
        await self._hop("publish:reply")
        return shown[-1]

    async def extend(self, event_id: str, booking_id: str, hold_seconds: int) -> None:
        await self._hop("extend:request")
        for _ in self._times():
            await self._locks.extend(event_id, booking_id, hold_seconds)
        await self._hop("extend:reply")

    async def load(self, sale: LoadedInventory) -> None:
        await self._hop("load:request")
        for _ in self._times():
            await self._locks.load(sale)
        await self._hop("load:reply")

    async def append_notice(self, event_id: str, notice_id: str, notice: bytes) -> None:
        await self._hop("append_notice:request")
        for _ in self._times():
            await self._locks.append_notice(event_id, notice_id, notice)
        await self._hop("append_notice:reply")

    async def snapshot(self, event_id: str) -> SeatSnapshot | None:
        await self._hop("snapshot:request")
        snapshot = await self._locks.snapshot(event_id)
        await self._hop("snapshot:reply")
        return snapshot

    async def states(self, event_id: str) -> bytes | None:
        await self._hop("states:request")
        states = await self._locks.states(event_id)
        await self._hop("states:reply")
        return states

    async def free_lapsed(self, event_id: str) -> int:
        await self._hop("free_lapsed:request")
        count = await self._locks.free_lapsed(event_id)
        await self._hop("free_lapsed:reply")
        return count

    async def active_events(self) -> list[str]:
        await self._hop("active_events:request")
        return await self._locks.active_events()
