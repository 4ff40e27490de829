"""One reader a process: at every beat the streams of all open channels are read once, merged, and encoded once.

Subscribers are split into a few rows, served in turn, a row a beat; all of a row get the same bytes. One that does not
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
from admitone.live.usecases.subscriber import MERGED, Subscriber

SUBSCRIBERS = Gauge("admitone_live_subscribers", "Open seat map streams")

TICK_SECONDS = 0.15
"""How long a subscriber waits from one delta to the next, at least."""
SECONDS_PER_SUBSCRIBER = 25e-6
"""What a delta to one subscriber costs, here and at the gateway (measured: 20 µs): with very many of them the tick is
as long as sending to them takes. 10,000: four times a second."""
ROWS = 4
"""With one row, the last of 10,000 would hear a change a fifth of a second after the first, every time."""
SUBSCRIBERS_MAX = 20_000
HEARTBEAT_SECONDS = 15.0
SNAPSHOT_SECONDS = 1.0
"""A crowd that comes at once gets one snapshot, with what has changed since."""
LINGER_SECONDS = 30.0
"""An event without subscribers is read on for this long: a gateway that restarts sends everybody back at once."""

NOTICES_MAX = 16
"""Notices of an event that are stored for readers that were slow or come back."""

RECENT_NOTICE_SECONDS = 90.0
"""A page from a cache may be so old: a new subscriber gets the notices since. Its revision says whether the
reader knew it."""

ReadAfter = Callable[[Mapping[str, int]], Awaitable[dict[str, list[Change]]]]


@dataclass
class Row:
    """Subscribers that are served together; all that are not slow have at least `version`."""

    subscribers: set[Subscriber] = field(default_factory=set)
    version: int = 0


@dataclass
class Channel:
    """One event. Times are the loop's, in seconds."""

    event_id: str
    recent: Recent
    snapshot: Sent
    snapshot_at: float
    sent_at: float
    rows: "list[Row]" = field(default_factory=lambda: [Row() for _ in range(ROWS)])
    left_at: float = 0.0
    notices: "deque[tuple[float, Sent]]" = field(default_factory=lambda: deque(maxlen=NOTICES_MAX))

    def set_snapshot(self, snapshot: SeatSnapshot, now: float) -> None:
        self.snapshot, self.snapshot_at = event("snapshot", snapshot.version, snapshot), now

    def record_notices(self, changes: Sequence[Change], now: float) -> None:
        """Keep the notices among changes, which may have been read before."""
        known = self.notices[-1][1].version if self.notices else 0
        self.notices.extend((now, notice) for notice in notices_in(changes) if notice.version > known)

    def notices_between(self, version: int, last: int) -> list[Sent]:
        """Return the notices after `version` up to `last`."""
        return [notice for _, notice in self.notices if version < notice.version <= last]

    def recent_notices(self, now: float) -> list[Sent]:
        """Return what a reader who begins with the snapshot may not know."""
        recent = [notice for at, notice in self.notices if now - at < RECENT_NOTICE_SECONDS]
        return [notice for notice in recent if notice.version <= self.snapshot.version]


class SeatFeed:
    """Open a channel, then `add` subscribers to it."""

    def __init__(self, read_snapshot: ReadSnapshot, read_after: ReadAfter) -> None:
        self._read_snapshot = read_snapshot
        self._read_after = read_after
        self._channels: dict[str, Channel] = {}
        self._places: dict[Subscriber, tuple[Channel, Row]] = {}
        self._reads: SingleFlight[str, SeatSnapshot] = SingleFlight()

    async def open_channel(self, event_id: str) -> Channel:
        """Return the event with a snapshot that is at most a second old. Raises `EventNotFound`, `Busy`."""
        if len(self._places) >= SUBSCRIBERS_MAX:
            raise Busy("This process has as many readers as it takes.", retry_after_seconds=5)
        channel = self._channels.get(event_id)
        if channel is not None and _now() - channel.snapshot_at < SNAPSHOT_SECONDS:
            return channel
        snapshot = await self._reads.run(event_id, lambda: self._read_snapshot(event_id))
        channel = self._channels.get(event_id)
        if channel is None:
            channel = self._channels[event_id] = _new_channel(event_id, snapshot)
        elif snapshot.version > channel.snapshot.version:
            channel.set_snapshot(snapshot, _now())
        return channel

    def add(
        self,
        channel: Channel,
        subscriber: Subscriber,
        transport: asyncio.Transport,
        start: Sent | None,
        notices: Sequence[Sent] = (),
    ) -> None:
        """Subscribe: `start` if any, the `notices` on the way to it, then what leads from there to now. Not to be
        interrupted after `open_channel` and the reading of `start`: what is handed out in between would be missing."""
        channel = self._channels.setdefault(channel.event_id, channel)
        subscriber.begin(transport)
        if start is not None:
            subscriber.send(start)
        for notice in notices:
            subscriber.send_notice(notice)
        self._catch_up(channel, subscriber)
        row = min(channel.rows, key=lambda candidate: len(candidate.subscribers))
        row.version = min(row.version, subscriber.version) if row.subscribers else subscriber.version
        row.subscribers.add(subscriber)
        self._places[subscriber] = (channel, row)
        SUBSCRIBERS.inc()

    def on_closed(self, subscriber: Subscriber) -> None:
        place = self._places.pop(subscriber, None)
        if place is not None:
            channel, row = place
            row.subscribers.discard(subscriber)
            channel.left_at = _now()
            SUBSCRIBERS.dec()

    def on_ready(self, subscriber: Subscriber) -> None:
        place = self._places.get(subscriber)
        if place is not None and subscriber.version < place[0].recent.version:
            MERGED.inc()
            self._catch_up(place[0], subscriber)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read and hand out while the context is open; at its end every subscriber ends."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            for subscriber in list(self._places):
                subscriber.end()
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        """Whatever fails is asked again at the next beat: every browser of this process hangs on this one task."""
        beat, due = 0, _now()
        while True:
            tick = max(TICK_SECONDS, len(self._places) * SECONDS_PER_SUBSCRIBER)
            due = max(due + tick / ROWS, _now())
            await asyncio.sleep(due - _now())
            beat = (beat + 1) % ROWS
            with PROCESS_OUTAGES.absorbed("live feed"):
                await self._beat(beat)

    async def _beat(self, number: int) -> None:
        versions = {event_id: channel.recent.version for event_id, channel in self._channels.items()}
        for event_id, changes in (await self._read_after(versions)).items():
            channel = self._channels.get(event_id)
            if channel is None or not changes:
                continue
            channel.record_notices(changes, _now())
            if any(change.is_reset for change in changes):
                await self._reset(channel)
            else:
                channel.recent.add(changes)
        for channel in list(self._channels.values()):
            self._send_to_row(channel, channel.rows[number])
            self._send_heartbeat_or_close(channel)

    def _send_to_row(self, channel: Channel, row: Row) -> None:
        """Bring a row from its version to the newest."""
        version = channel.recent.version
        if not row.subscribers or row.version >= version:
            return
        sent_version, delta = row.version, channel.recent.delta_from(row.version)
        row.version = version
        if delta is None:  # a flood within one tick: more has changed than is kept
            for subscriber in list(row.subscribers):
                self._catch_up(channel, subscriber)
            return
        channel.sent_at, notices = _now(), channel.notices_between(sent_version, version)
        for subscriber in row.subscribers:
            subscriber.send_if_ready(delta, notices)

    async def _reset(self, channel: Channel) -> None:
        snapshot = await self._read_snapshot(channel.event_id)
        channel.set_snapshot(snapshot, _now())
        channel.recent = _recent(snapshot)
        notices = channel.notices_between(0, snapshot.version)
        for row in channel.rows:
            row.version = snapshot.version
            for subscriber in row.subscribers:
                subscriber.send_if_ready(channel.snapshot, notices)

    def _send_heartbeat_or_close(self, channel: Channel) -> None:
        """Show that a quiet stream lives, and let go of an event without subscribers."""
        now = _now()
        if not any(row.subscribers for row in channel.rows):
            if now - channel.left_at > LINGER_SECONDS:
                del self._channels[channel.event_id]
            return
        if now - channel.sent_at > HEARTBEAT_SECONDS:
            channel.sent_at = now
            for row in channel.rows:
                for subscriber in row.subscribers:
                    subscriber.send_heartbeat(HEARTBEAT)

    def _catch_up(self, channel: Channel, subscriber: Subscriber) -> None:
        recent = channel.recent
        if subscriber.version >= recent.version:
            return
        subscriber.send_notices(channel.notices_between(subscriber.version, recent.version), recent.version)
        if not recent.reaches(subscriber.version) and channel.snapshot.version >= recent.since:
            subscriber.send(channel.snapshot)
        delta = recent.delta_from(subscriber.version)
        if delta is not None:
            subscriber.send(delta)
        elif subscriber.version < recent.version:  # it missed more than is kept
            subscriber.drop()


def _new_channel(event_id: str, snapshot: SeatSnapshot) -> Channel:
    now = _now()
    sent = event("snapshot", snapshot.version, snapshot)
    return Channel(event_id, _recent(snapshot), sent, now, now, left_at=now)


def _recent(snapshot: SeatSnapshot) -> Recent:
    return Recent(snapshot.version, {area_id: count.capacity for area_id, count in snapshot.areas.items()})


def _now() -> float:
    return asyncio.get_running_loop().time()
