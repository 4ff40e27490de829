"""Shedding at the door: what would wait too long is told to come again, before anything was done for it.

A server that takes in more than it can do answers everybody late, and works for people who have given up. Here the
number of requests inside is bounded, and the bound follows Little's law: what was finished in the last second, times
the time that one may take, is how many may be inside. While requests are that quick the bound grows again, up to
`inside_max`. Who finds no room queues outside, in order, and is refused when his patience ends (as in CoDel, it is the
time in the queue that counts, not its length).

Who was let in once is invited to what follows from it: were he refused then, all that was done for him would have
been in vain. He counts, so that fewer others are let in.

The gateway bounds requests in flight too, those in this queue included, and turns most of a crowd away without asking
a role. This is the second door, for a role that is slow for reasons of its own (its database, its neighbours).
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from prometheus_client import Counter, Gauge

from admitone.kit.fast_lane import FastAnswer, FastHandler, FastRequest
from admitone.kit.refusal import Busy

TURNED_AWAY = Counter("admitone_turned_away_total", "Requests that were refused at the door", ["door"])
INSIDE_MAX = Gauge("admitone_inside_max", "How many requests may be inside", ["door"])

INTERVAL_SECONDS = 1.0
# Never fewer than fill two batches: where a commit is what takes long, fewer inside are not answered sooner, there are
# only fewer of them (measured once: with 64 inside, and a second each, the house stayed at a twentieth of its peak).
INSIDE_MIN = 256
PATIENCE_SECONDS = 2.0
# So many inside at once are a crowd, whether or not others have to queue for it; so long after the last moment of one
# there is still a crowd.
CROWD_INSIDE = 128
CROWDED_SECONDS = 2.0


class Door:
    """Used from one event loop. `seconds_each`: the mean time inside above which fewer are let in. `turned_away` is
    called for each who is refused."""

    def __init__(
        self,
        name: str,
        *,
        inside_max: int,
        seconds_each: float,
        patience_seconds: float = PATIENCE_SECONDS,
        turned_away: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inside_max = self._limit = inside_max
        self._seconds_each = seconds_each
        self._patience_seconds = patience_seconds
        self._tell = turned_away
        self._now = now
        self._queue: deque[asyncio.Future[bool]] = deque()
        self._inside = self._finished = 0
        self._spent = 0.0
        self._since = now()
        self._crowded_at = float("-inf")
        self._turned_away = TURNED_AWAY.labels(name)
        self._gauge = INSIDE_MAX.labels(name)
        self._gauge.set(inside_max)

    @property
    def limit(self) -> int:
        """How many may be inside now."""
        return self._limit

    @property
    def is_crowded(self) -> bool:
        """Whether very many are inside, or more come than can be let in: what can wait should."""
        return self._now() - self._crowded_at < CROWDED_SECONDS

    @asynccontextmanager
    async def entered(self, *, invited: bool = False) -> AsyncIterator[None]:
        """Be inside. Raises `Busy` when there was no room for too long; who is invited is let in at once."""
        if invited or (self._inside < self._limit and not self._queue):
            self._inside += 1
        else:
            await self._wait()
        began = self._now()
        if self._inside >= CROWD_INSIDE:
            self._crowded_at = began
        try:
            yield
        finally:
            self._inside -= 1
            self._note(began)
            self._let_in()

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._queue.append(waiter)
        self._crowded_at = self._now()
        patience = loop.call_later(self._patience_seconds, self._refuse, waiter)
        try:
            let_in = await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.result():  # let in, and gone before he noticed
                self._inside -= 1
                self._let_in()
            raise
        finally:
            patience.cancel()
        if not let_in:
            self._turned_away.inc()
            self._tell()
            raise Busy

    def _refuse(self, waiter: "asyncio.Future[bool]") -> None:
        if not waiter.done():
            waiter.set_result(False)
        while self._queue and self._queue[0].done():
            self._queue.popleft()

    def _let_in(self) -> None:
        while self._queue and self._inside < self._limit:
            waiter = self._queue.popleft()
            if not waiter.done():
                self._inside += 1  # here, not when it wakes up: until then others would take its room
                waiter.set_result(True)

    def _note(self, began: float) -> None:
        now = self._now()
        self._finished += 1
        self._spent += now - began
        if (elapsed := now - self._since) < INTERVAL_SECONDS:
            return
        if self._spent > self._finished * self._seconds_each:
            bearable = int(self._finished / elapsed * self._seconds_each)
            self._limit = max(INSIDE_MIN, min(bearable, self._limit))
        else:
            self._limit = min(self._inside_max, self._limit + self._limit // 2)
        self._gauge.set(self._limit)
        self._finished, self._spent, self._since = 0, 0.0, now


def behind(door: Callable[[], Door], handle: FastHandler, *, invited: bool = False) -> FastHandler:
    """Return `handle` behind a door (found when the first request comes)."""

    async def entrance(request: FastRequest) -> FastAnswer:
        async with door().entered(invited=invited):
            return await handle(request)

    return entrance
