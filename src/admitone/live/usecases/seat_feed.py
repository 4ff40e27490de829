"""One reader a process: every tick the streams of all watched events are read once, merged, and encoded once.

Followers get the same bytes. One that does not read fast enough is dropped; its browser comes back with
`Last-Event-ID` and gets one merged delta, or a snapshot.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from prometheus_client import Counter, Gauge

from admitone.booking.contracts import ReadSnapshot
from admitone.kit.refusal import Refusal
from admitone.live.domain.changes import Change, merge_changes, server_sent_event

log = structlog.get_logger(__name__)
FOLLOWERS = Gauge("admitone_live_followers", "Open seat map streams")
DROPPED = Counter("admitone_live_dropped_total", "Followers dropped because they read too slowly")

TICK_SECONDS = 0.15
WAITING_MAX = 64
FOLLOWERS_MAX = 20_000

ReadAfter = Callable[[Mapping[str, int]], Awaitable[dict[str, list[Change]]]]


class Follower:
    """`queue` yields (version, encoded event); None ends it."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue(WAITING_MAX)
        self.is_dropped = False


@dataclass
class _Watched:
    version: int
    capacities: dict[str, int]
    followers: set[Follower] = field(default_factory=set)


class SeatFeed:
    """Follow events: `async with feed.follow(event_id) as follower`."""

    def __init__(self, read_snapshot: ReadSnapshot, read_after: ReadAfter) -> None:
        self._read_snapshot = read_snapshot
        self._read_after = read_after
        self._watched: dict[str, _Watched] = {}
        self._is_closing = False

    @asynccontextmanager
    async def follow(self, event_id: str) -> AsyncIterator[Follower]:
        """Yield a follower that gets every change from now on. Raises `EventNotFound`, `Busy`."""
        watched = self._watched.get(event_id)
        if watched is None:
            snapshot = await self._read_snapshot(event_id)
            capacities = {area_id: count.capacity for area_id, count in snapshot.areas.items()}
            watched = self._watched.setdefault(event_id, _Watched(snapshot.version, capacities))
        follower = Follower()
        watched.followers.add(follower)
        FOLLOWERS.inc()
        try:
            yield follower
        finally:
            FOLLOWERS.dec()
            watched.followers.discard(follower)
            if not watched.followers and self._watched.get(event_id) is watched:
                del self._watched[event_id]

    def capacities(self, event_id: str) -> dict[str, int]:
        """Return the capacities of a followed event's general-admission sections."""
        return self._watched[event_id].capacities

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read and hand out while the context is open; at its end every follower ends."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._close()
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        """Whatever fails is asked again at the next tick: every browser of this process hangs on this one task."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self._tick()
            except Refusal as error:
                log.warning("live changes not read", error=str(error))
            except Exception as error:  # a database that is away, or a defect: it must not end the feed
                log.error("live changes not read", exc_info=error)

    def _close(self) -> None:
        self._is_closing = True
        for watched in self._watched.values():
            for follower in list(watched.followers):
                _drop(follower)

    @property
    def is_closing(self) -> bool:
        return self._is_closing

    async def _tick(self) -> None:
        versions = {event_id: watched.version for event_id, watched in self._watched.items()}
        for event_id, changes in (await self._read_after(versions)).items():
            watched = self._watched.get(event_id)
            if watched is None or not changes:
                continue
            if any(change.is_reset for change in changes):
                await self._reset(event_id, watched)
                continue
            delta = merge_changes(changes, watched.capacities)
            assert delta is not None, "there are changes"
            watched.version = delta.version
            _hand_out(watched, delta.version, server_sent_event("delta", delta.version, delta))

    async def _reset(self, event_id: str, watched: _Watched) -> None:
        snapshot = await self._read_snapshot(event_id)
        watched.version = snapshot.version
        watched.capacities = {area_id: count.capacity for area_id, count in snapshot.areas.items()}
        _hand_out(watched, snapshot.version, server_sent_event("snapshot", snapshot.version, snapshot))


def _hand_out(watched: _Watched, version: int, event: bytes) -> None:
    for follower in list(watched.followers):
        try:
            follower.queue.put_nowait((version, event))
        except asyncio.QueueFull:
            DROPPED.inc()
            _drop(follower)


def _drop(follower: Follower) -> None:
    follower.is_dropped = True
    while not follower.queue.empty():
        follower.queue.get_nowait()
    follower.queue.put_nowait(None)
