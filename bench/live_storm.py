"""Change one event at a fixed rate: the product's own lock scripts lock and release seats."""

import asyncio
import itertools
import random
import time
from collections import defaultdict, deque
from typing import Any

from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.booking.ports import Locked, LockRequest
from bench.onsale_event import OnSale

HOLD_SECONDS = 600
HELD_PAIRS_MAX = 4_000


class Storm:
    """Lock `sale.groups` of neighbours in random order, and release them in the order of their locks."""

    def __init__(self, redis: Redis, sale: OnSale, seed: int = 20) -> None:
        self._redis = redis
        self._sale = sale
        self._locks = RedisLocks(redis)
        self._free = [group for section in sale.groups for group in section if len(group) == 2]
        random.Random(seed).shuffle(self._free)
        self._held: deque[tuple[str, range]] = deque()
        self._asked_at: dict[tuple[bytes, int], deque[float]] = defaultdict(deque)
        self._numbers = itertools.count()
        self._began_after = 0

    async def run(self, seats_a_second: int, seconds: float) -> dict[int, float]:
        """Return when each version was requested (monotonic seconds), which is before it was committed."""
        self._asked_at.clear()
        self._began_after = await self.version()
        began = time.monotonic()
        changes = seats_a_second // 2
        for number in range(int(changes * seconds)):
            due = began + number / changes
            if due > time.monotonic():
                await asyncio.sleep(due - time.monotonic())
            is_release = len(self._held) > HELD_PAIRS_MAX or (number % 2 and self._held)
            await (self._release() if is_release else self._lock())
        return await self._versions()

    async def release_all(self) -> None:
        """Release everything."""
        while self._held:
            await self._release()

    async def _lock(self) -> None:
        pair = self._free.pop(0)
        booking_id = f"bkg_storm{next(self._numbers)}"
        self._asked_at[(b"h", pair.start)].append(time.monotonic())
        request = LockRequest(
            self._sale.event_id, booking_id, HOLD_SECONDS, tuple(pair), ((pair.start, pair.stop),) * 2, (), True
        )
        outcome = await self._locks.lock(request)
        if isinstance(outcome, Locked):
            self._held.append((booking_id, pair))
        else:  # a buyer has it
            self._asked_at[(b"h", pair.start)].pop()

    async def _release(self) -> None:
        booking_id, pair = self._held.popleft()
        self._asked_at[(b"a", pair.start)].append(time.monotonic())
        await self._locks.release(self._sale.event_id, booking_id)
        self._free.append(pair)

    async def version(self) -> int:
        found: Any = await self._redis.hget(f"sale:{{{self._sale.event_id}}}", "version")
        return int(found)

    async def _versions(self) -> dict[int, float]:
        """Find each change in the event's stream, which has its version."""
        after = f"({self._began_after}-0"
        entries: Any = await self._redis.xrange(f"changes:{{{self._sale.event_id}}}", min=after)
        found = {}
        for entry_id, fields in entries:
            for state in (b"a", b"h"):
                asked = self._asked_at.get((state, int(fields[state].split(b",")[0]))) if state in fields else None
                if asked:
                    found[int(entry_id.split(b"-")[0])] = asked.popleft()
        return found
