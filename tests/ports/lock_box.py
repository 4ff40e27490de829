"""A lock server with one show in it, for the contract suites of seat locks."""

import asyncio
from dataclasses import dataclass

from redis.asyncio import Redis

from admitone.booking.ports import LoadedHold, LoadedInventory, LockOutcome, LockRequest, SeatLocks
from admitone.testing.simulated_locks import SimulatedLocks

SHOW = "evt_show"
SEATS, FLOOR = 10, 5
ROW = (0, SEATS)


@dataclass
class Box:
    """A lock server, with ways to move its clock and to empty it."""

    locks: SeatLocks
    redis: Redis | None = None
    simulated: SimulatedLocks | None = None
    now: float = 0.0

    async def wait(self, seconds: float) -> None:
        if self.redis is None:
            self.now += seconds
        else:
            await asyncio.sleep(seconds)

    async def flush(self) -> None:
        if self.simulated is not None:
            self.simulated.flush()
        else:
            assert self.redis is not None
            await self.redis.flushdb()


def a_sale(
    epoch: int = 1, *, states: bytes = b"a" * (SEATS + FLOOR), holds: tuple[LoadedHold, ...] = ()
) -> LoadedInventory:
    free = tuple(index for index in range(SEATS, SEATS + FLOOR) if states[index : index + 1] == b"a")
    return LoadedInventory(SHOW, epoch, SEATS, states, holds, (("floor", FLOOR, free),))


async def lock(
    box: Box, booking: str, *seats: int, floor: int = 0, hold_seconds: int = 60, allow_orphans: bool = True
) -> LockOutcome:
    areas = (("floor", floor),) if floor else ()
    return await box.locks.lock(
        LockRequest(SHOW, booking, hold_seconds, seats, (ROW,) * len(seats), areas, allow_orphans)
    )


async def shown(box: Box) -> tuple[str, int]:
    """Return the states of the seats, and the number of places left on the floor."""
    snapshot = await box.locks.snapshot(SHOW)
    assert snapshot is not None
    return snapshot.states, snapshot.areas["floor"].available


async def version(box: Box) -> int:
    snapshot = await box.locks.snapshot(SHOW)
    assert snapshot is not None
    return snapshot.version
