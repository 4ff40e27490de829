"""One reader a process: at every beat the streams of all watched events are read once, merged, and encoded once.

Followers stand in a few rows and are told in turns, a row a beat; all of a row get the same bytes. One that does not
read fast enough is left out, and gets one merged delta when it can take more; one that cannot for long is dropped.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from prometheus_client import Gauge

from admitone.booking.contracts import ReadSnapshot, SeatSnapshot
from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.refusal import Busy
from admitone.kit.single_flight import SingleFlight
from admitone.live.domain.changes import Change
from admitone.live.domain.recent import Recent
from admitone.live.domain.wire import HEARTBEAT, Sent, event, notices_in
from admitone.live.usecases.follower import MERGED, Follower

FOLLOWERS = Gauge("admitone_live_followers", "Open seat map streams")

TICK_SECONDS = 0.15
"""How long a follower waits from one delta to the next, at least."""
SECONDS_A_FOLLOWER = 25e-6
"""What a delta to one follower costs, here and at the gateway (measured: 20 µs): with very many followers the tick is
as long as telling them takes. 10,000: four times a second."""
ROWS = 4
"""Told all at once, the last of 10,000 would hear a change a fifth of a second after the first, every time."""
FOLLOWERS_MAX = 20_000
HEARTBEAT_SECONDS = 15.0
SNAPSHOT_SECONDS = 1.0
"""A crowd that comes at once gets one snapshot, with what has changed since."""
LINGER_SECONDS = 30.0
"""An event that nobody follows is read on for so long: a gateway that restarts sends everybody back at once."""

NOTICES_MAX = 16
"""So many of an event are kept for readers that were slow or come back."""

NEWS_SECONDS = 90.0
"""A page from a cache may be so old: whoever begins to follow is told what was new since. Its revision says whether it
was news to the reader."""

ReadAfter = Callable[[Mapping[str, int]], Awaitable[dict[str, list[Change]]]]


@dataclass
class Row:
    """Followers that are told together; all that are not slow have at least `version`."""

    followers: set[Follower] = field(default_factory=set)
    version: int = 0


@dataclass
class Watched:
    """One event. Times are the loop's, in seconds."""

    event_id: str
    recent: Recent
    snapshot: Sent
    snapshot_at: float
    told_at: float
    rows: "list[Row]" = field(default_factory=lambda: [Row() for _ in range(ROWS)])
    left_at: float = 0.0
    notices: "deque[tuple[float, Sent]]" = field(default_factory=lambda: deque(maxlen=NOTICES_MAX))

    def has(self, snapshot: SeatSnapshot, now: float) -> None:
        self.snapshot, self.snapshot_at = event("snapshot", snapshot.version, snapshot), now

    def note(self, changes: Sequence[Change], now: float) -> None:
        """Keep the notices among changes, which may have been read before."""
        known = self.notices[-1][1].version if self.notices else 0
        self.notices.extend((now, notice) for notice in notices_in(changes) if notice.version > known)

    def notices_between(self, version: int, last: int) -> list[Sent]:
        """Return what a reader who has `version` is told on the way to `last`."""
        return [notice for _, notice in self.notices if version < notice.version <= last]

    def news(self, now: float) -> list[Sent]:
        """Return what a reader who begins with the snapshot may not know."""
        recent = [notice for at, notice in self.notices if now - at < NEWS_SECONDS]
        return [notice for notice in recent if notice.version <= self.snapshot.version]


class SeatFeed:
    """`watch` an event, then `add` followers to it."""

    def __init__(self, read_snapshot: ReadSnapshot, read_after: ReadAfter) -> None:
        self._read_snapshot = read_snapshot
        self._read_after = read_after
        self._watched: dict[str, Watched] = {}
        self._of: dict[Follower, tuple[Watched, Row]] = {}
        self._reads: SingleFlight[str, SeatSnapshot] = SingleFlight()

    async def watch(self, event_id: str) -> Watched:
        """Return the event with a snapshot that is at most a second old. Raises `EventNotFound`, `Busy`."""
        if len(self._of) >= FOLLOWERS_MAX:
            raise Busy("This process has as many readers as it takes.", retry_after_seconds=5)
        watched = self._watched.get(event_id)
        if watched is not None and _now() - watched.snapshot_at < SNAPSHOT_SECONDS:
            return watched
        snapshot = await self._reads.run(event_id, lambda: self._read_snapshot(event_id))
        watched = self._watched.get(event_id)
        if watched is None:
            watched = self._watched[event_id] = _watch(event_id, snapshot)
        elif snapshot.version > watched.snapshot.version:
            watched.has(snapshot, _now())
        return watched

    def add(
        self,
        watched: Watched,
        follower: Follower,
        transport: asyncio.Transport,
        start: Sent | None,
        notices: Sequence[Sent] = (),
    ) -> None:
        """Begin to follow: `start` if any, the `notices` on the way to it, then what leads from there to now. Not to be
        interrupted after `watch` and the reading of `start`: what is handed out in between would be missing."""
        watched = self._watched.setdefault(watched.event_id, watched)
        follower.begin(transport)
        if start is not None:
            follower.bring(start)
        for notice in notices:
            follower.note(notice)
        self._bring_up(watched, follower)
        row = min(watched.rows, key=lambda one: len(one.followers))
        row.version = min(row.version, follower.version) if row.followers else follower.version
        row.followers.add(follower)
        self._of[follower] = (watched, row)
        FOLLOWERS.inc()

    def left(self, follower: Follower) -> None:
        place = self._of.pop(follower, None)
        if place is not None:
            watched, row = place
            row.followers.discard(follower)
            watched.left_at = _now()
            FOLLOWERS.dec()

    def is_ready(self, follower: Follower) -> None:
        place = self._of.get(follower)
        if place is not None and follower.version < place[0].recent.version:
            MERGED.inc()
            self._bring_up(place[0], follower)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read and hand out while the context is open; at its end every follower ends."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            for follower in list(self._of):
                follower.end()
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        """Whatever fails is asked again at the next beat: every browser of this process hangs on this one task."""
        beat, due = 0, _now()
        while True:
            tick = max(TICK_SECONDS, len(self._of) * SECONDS_A_FOLLOWER)
            due = max(due + tick / ROWS, _now())
            await asyncio.sleep(due - _now())
            beat = (beat + 1) % ROWS
            with PROCESS_OUTAGES.absorbed("live feed"):
                await self._beat(beat)

    async def _beat(self, number: int) -> None:
        versions = {event_id: watched.recent.version for event_id, watched in self._watched.items()}
        for event_id, changes in (await self._read_after(versions)).items():
            watched = self._watched.get(event_id)
            if watched is None or not changes:
                continue
            watched.note(changes, _now())
            if any(change.is_reset for change in changes):
                await self._reset(watched)
            else:
                watched.recent.add(changes)
        for watched in list(self._watched.values()):
            self._tell(watched, watched.rows[number])
            self._tend(watched)

    def _tell(self, watched: Watched, row: Row) -> None:
        """Bring a row from its version to the newest."""
        version = watched.recent.version
        if not row.followers or row.version >= version:
            return
        told, delta = row.version, watched.recent.delta_from(row.version)
        row.version = version
        if delta is None:  # a flood within one tick: more has changed than is kept
            for follower in list(row.followers):
                self._bring_up(watched, follower)
            return
        watched.told_at, notices = _now(), watched.notices_between(told, version)
        for follower in row.followers:
            follower.hand(delta, notices)

    async def _reset(self, watched: Watched) -> None:
        snapshot = await self._read_snapshot(watched.event_id)
        watched.has(snapshot, _now())
        watched.recent = _recent(snapshot)
        notices = watched.notices_between(0, snapshot.version)
        for row in watched.rows:
            row.version = snapshot.version
            for follower in row.followers:
                follower.hand(watched.snapshot, notices)

    def _tend(self, watched: Watched) -> None:
        """Show that a quiet stream lives, and let go of an event that nobody follows."""
        now = _now()
        if not any(row.followers for row in watched.rows):
            if now - watched.left_at > LINGER_SECONDS:
                del self._watched[watched.event_id]
            return
        if now - watched.told_at > HEARTBEAT_SECONDS:
            watched.told_at = now
            for row in watched.rows:
                for follower in row.followers:
                    follower.remind(HEARTBEAT)

    def _bring_up(self, watched: Watched, follower: Follower) -> None:
        recent = watched.recent
        if follower.version >= recent.version:
            return
        follower.tell(watched.notices_between(follower.version, recent.version), recent.version)
        if not recent.reaches(follower.version) and watched.snapshot.version >= recent.since:
            follower.bring(watched.snapshot)
        delta = recent.delta_from(follower.version)
        if delta is not None:
            follower.bring(delta)
        elif follower.version < recent.version:  # it missed more than is kept
            follower.drop()


def _watch(event_id: str, snapshot: SeatSnapshot) -> Watched:
    now = _now()
    sent = event("snapshot", snapshot.version, snapshot)
    return Watched(event_id, _recent(snapshot), sent, now, now, left_at=now)


def _recent(snapshot: SeatSnapshot) -> Recent:
    return Recent(snapshot.version, {area_id: count.capacity for area_id, count in snapshot.areas.items()})


def _now() -> float:
    return asyncio.get_running_loop().time()
