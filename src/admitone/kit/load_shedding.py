"""Load shedding: reject requests that would exceed the queue timeout, before doing work for them.

A server that accepts more than it can do answers every request late, and works for clients that gave up. The number of
requests in flight is bounded, and the bound follows Little's law: the requests finished in the last second, times the
time that one may take, are the limit. While requests meet that time the limit grows again, up to `limit_max`. Requests
over the limit queue in order, and are rejected when the queue timeout ends (as in CoDel, the time in the queue counts,
not its length).

A request that waits for a server of somebody else (the payment processor) gives up its slot meanwhile
(`waiting_elsewhere`): neither the wait nor the processor's latency says anything about this role. 800 bookings a second
are 640 requests in flight at a processor that takes 0.4 s for each of two calls.

Priority requests never queue: never shed the confirm of a checkout that was admitted. They count, so that fewer other
requests are admitted.

The gateway bounds requests in flight too, those in this queue included, and rejects most of an overload without asking
a role. This is the second limit, for a role that is itself slow (its database, its neighbours).
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

from prometheus_client import Counter, Gauge

from admitone.kit.refusal import Busy
from admitone.kit.rush_delay import RUSH_CHECKOUTS

REJECTED = Counter("admitone_rejected_total", "Requests rejected because the queue timeout passed", ["limiter"])
LIMIT = Gauge("admitone_concurrency_limit", "Requests that may be in flight at once", ["limiter"])

INTERVAL_SECONDS = 1.0
# The limit never falls below two full batches: if a commit takes long, fewer requests in flight lower the throughput,
# not the response time (measured: with 64 in flight, and a second each, throughput stayed at a twentieth of its peak).
LIMIT_MIN = 256
QUEUE_TIMEOUT_SECONDS = 2.0
# The limiter is saturated while requests queue, this many are in flight, or this many a second are answered in several
# intervals in succession (behind a waiting room thousands of buyers are served fast, so few are in flight), and for
# these seconds afterwards. A short burst is no rush: its buyers get their mails at once.
SATURATED_IN_FLIGHT = 128
SATURATED_A_SECOND = 2 * RUSH_CHECKOUTS  # each is confirmed, too
SATURATED_INTERVALS = 5
SATURATED_SECONDS = 2.0
# Requests in flight and those that wait elsewhere: each keeps its memory, about 20 kB.
OPEN_MAX = 4096


class ConcurrencyLimiter:
    """Used from one event loop. `target_seconds`: the mean time of a request above which the limit shrinks.
    `on_reject` is called for each rejected request."""

    def __init__(
        self,
        name: str,
        *,
        limit_max: int,
        target_seconds: float,
        queue_timeout_seconds: float = QUEUE_TIMEOUT_SECONDS,
        on_reject: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit_max = self._limit = limit_max
        self._target_seconds = target_seconds
        self._queue_timeout_seconds = queue_timeout_seconds
        self._on_reject = on_reject
        self._now = now
        self._queue: deque[asyncio.Future[bool]] = deque()
        self._in_flight = self._away = self._finished = self._answered = self._busy_intervals = 0
        self._spent = 0.0
        self._since = now()
        self._saturated_at = float("-inf")
        self._rejected = REJECTED.labels(name)
        self._gauge = LIMIT.labels(name)
        self._gauge.set(limit_max)

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return self._limit

    @property
    def is_saturated(self) -> bool:
        """Whether many requests are in flight or are answered, or some queue: defer what can wait."""
        return self._now() - self._saturated_at < SATURATED_SECONDS

    @asynccontextmanager
    async def acquire(self, *, priority: bool = False) -> AsyncIterator[None]:
        """Count one request in flight. Raises `Busy` after the queue timeout; a priority request never queues."""
        if priority or (self._has_room() and not self._queue):
            self._in_flight += 1
        else:
            await self._wait()
        slot = _Slot(self, self._now())
        if self._in_flight + self._away >= SATURATED_IN_FLIGHT:
            self._saturated_at = slot.began
        token = _slot.set(slot)
        try:
            yield
            self._answered += 1  # what a lost server refuses is fast, and no rush
        finally:
            _slot.reset(token)
            self._record(slot.close(self._now()))
            self._admit_waiters()

    def leave(self) -> float:
        """A request gives up its slot; return the time."""
        self._in_flight -= 1
        self._away += 1
        self._admit_waiters()
        return self._now()

    def come_back(self) -> float:
        """A request takes a slot again, without queueing: it was admitted. Return the time."""
        self._away -= 1
        self._in_flight += 1
        return self._now()

    def forget(self, *, is_away: bool) -> None:
        """A request has ended."""
        if is_away:
            self._away -= 1
        else:
            self._in_flight -= 1

    def _has_room(self) -> bool:
        return self._in_flight < self._limit and self._in_flight + self._away < OPEN_MAX

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[bool] = loop.create_future()
        self._queue.append(waiter)
        self._saturated_at = self._now()
        timeout = loop.call_later(self._queue_timeout_seconds, self._reject, waiter)
        try:
            admitted = await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.result():  # admitted and cancelled at the same time
                self._in_flight -= 1
                self._admit_waiters()
            raise
        finally:
            timeout.cancel()
        if not admitted:
            self._rejected.inc()
            self._on_reject()
            raise Busy

    def _reject(self, waiter: "asyncio.Future[bool]") -> None:
        if not waiter.done():
            waiter.set_result(False)
        while self._queue and self._queue[0].done():
            self._queue.popleft()

    def _admit_waiters(self) -> None:
        while self._queue and self._has_room():
            waiter = self._queue.popleft()
            if not waiter.done():
                self._in_flight += 1  # now, not when the waiter wakes up: another request would take the slot
                waiter.set_result(True)

    def _record(self, seconds: float) -> None:
        now = self._now()
        self._finished += 1
        self._spent += seconds
        if (elapsed := now - self._since) < INTERVAL_SECONDS:
            return
        self._busy_intervals = self._busy_intervals + 1 if self._answered >= SATURATED_A_SECOND * elapsed else 0
        if self._busy_intervals >= SATURATED_INTERVALS:
            self._saturated_at = now
        if self._spent > self._finished * self._target_seconds:
            bearable = int(self._finished / elapsed * self._target_seconds)
            self._limit = max(LIMIT_MIN, min(bearable, self._limit))
        else:
            self._limit = min(self._limit_max, self._limit + self._limit // 2)
        self._gauge.set(self._limit)
        self._finished, self._answered, self._spent, self._since = 0, 0, 0.0, now


class _Slot:
    """The place of one request among those in flight."""

    def __init__(self, limiter: ConcurrencyLimiter, began: float) -> None:
        self.began = began
        self._limiter = limiter
        self._waits = 0
        self._left_at = self._away_seconds = 0.0
        self._is_closed = False

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Several tasks of a request may wait at once; they share the slot."""
        self._waits += 1
        if self._waits == 1 and not self._is_closed:
            self._left_at = self._limiter.leave()
        try:
            yield
        finally:
            self._waits -= 1
            if self._waits == 0 and not self._is_closed:
                self._away_seconds += self._limiter.come_back() - self._left_at

    def close(self, now: float) -> float:
        """End the request, also while a task of it goes on without it; return its seconds in flight."""
        self._is_closed = True
        self._limiter.forget(is_away=self._waits > 0)
        away_seconds = self._away_seconds + (now - self._left_at if self._waits else 0.0)
        return now - self.began - away_seconds


_slot: ContextVar[_Slot | None] = ContextVar("slot", default=None)
"""The slot of the request that the current task works for; tasks that it starts inherit it."""


@contextmanager
def waiting_elsewhere() -> Iterator[None]:
    """Give up the slot of the current request while another party works; no-op outside of a limited request."""
    slot = _slot.get()
    if slot is None:
        yield
        return
    with slot.given_up():
        yield
