"""The process's feed: at every beat, read the streams of all open channels once, merge and encode their changes once.

Subscribers form a few rows; each beat writes to one row, the same bytes to all its subscribers. The feed skips a
subscriber that reads too slowly and sends it one merged delta when it can take more; it drops one that stays slow
for 30 s.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from prometheus_client import Gauge

from admitone.booking.contracts import ReadSnapshot, SeatSnapshot
from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.refusal import Busy
from admitone.kit.single_flight import SingleFlight
from admitone.kit.tasks import cancel_until_done
from admitone.live.domain.changes import Change
from admitone.live.domain.wire import HEARTBEAT, Sent
from admitone.live.usecases.feed.channel import ROWS, Channel, Row, loop_time, open_channel_from, recent_from
from admitone.live.usecases.feed.subscriber import MERGED, Subscriber

SUBSCRIBERS = Gauge("admitone_live_subscribers", "Open seat map streams")

TICK_SECONDS = 0.15
"""The least time from one delta to the next of a subscriber."""
SECONDS_PER_SUBSCRIBER = 25e-6
"""The cost of a delta to one subscriber, here and at the gateway (measured: 20 µs). With very many subscribers a tick
lasts as long as the writes take. 10,000: four times a second."""
SUBSCRIBERS_MAX = 20_000
HEARTBEAT_SECONDS = 15.0
SNAPSHOT_SECONDS = 1.0
"""A crowd that connects at once shares one snapshot of this age, plus the changes since."""
LINGER_SECONDS = 30.0
"""How long the feed reads an event without subscribers: when the gateway restarts, all reconnect at once."""

ReadAfter = Callable[[Mapping[str, int]], Awaitable[dict[str, list[Change]]]]


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
            raise Busy("This process has as many subscribers as it accepts.", retry_after_seconds=5)
        channel = self._channels.get(event_id)
        if channel is not None and loop_time() - channel.snapshot_at < SNAPSHOT_SECONDS:
            return channel
        snapshot = await self._reads.run(event_id, lambda: self._read_snapshot(event_id))
        channel = self._channels.get(event_id)
        if channel is None:
            channel = self._channels[event_id] = open_channel_from(event_id, snapshot, loop_time())
        elif snapshot.version > channel.snapshot.version:
            channel.set_snapshot(snapshot, loop_time())
        return channel

    def add(
        self,
        channel: Channel,
        subscriber: Subscriber,
        transport: asyncio.Transport,
        start: Sent | None,
        notices: Sequence[Sent] = (),
    ) -> None:
        """Subscribe: write `start` if any, the `notices` up to it, then the changes from there to now.

        Do not await between reading `start` and this call: the subscriber would miss what the feed writes meanwhile.
        """
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
            channel.left_at = loop_time()
            SUBSCRIBERS.dec()

    def on_ready(self, subscriber: Subscriber) -> None:
        place = self._places.get(subscriber)
        if place is not None and subscriber.version < place[0].recent.version:
            MERGED.inc()
            self._catch_up(place[0], subscriber)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read and write while the context is open; at its end, end every subscriber's stream."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            for subscriber in list(self._places):
                subscriber.end()
            await cancel_until_done([task])

    async def _run(self) -> None:
        """Retry failures at the next beat: every browser of this process depends on this one task."""
        beat, due = 0, loop_time()
        while True:
            tick = max(TICK_SECONDS, len(self._places) * SECONDS_PER_SUBSCRIBER)
            due = max(due + tick / ROWS, loop_time())
            await asyncio.sleep(due - loop_time())
            beat = (beat + 1) % ROWS
            with PROCESS_OUTAGES.absorbed("live feed"):
                await self._beat(beat)

    async def _beat(self, number: int) -> None:
        versions = {event_id: channel.recent.version for event_id, channel in self._channels.items()}
        for event_id, changes in (await self._read_after(versions)).items():
            channel = self._channels.get(event_id)
            if channel is None or not changes:
                continue
            channel.record_notices(changes, loop_time())
            if any(change.is_reset for change in changes):
                await self._reset(channel)
            else:
                channel.recent.add(changes)
        for channel in list(self._channels.values()):
            self._send_to_row(channel, channel.rows[number])
            self._send_heartbeat_or_close(channel)

    def _send_to_row(self, channel: Channel, row: Row) -> None:
        """Write to a row the delta from its version to the newest."""
        version = channel.recent.version
        if not row.subscribers or row.version >= version:
            return
        sent_version, delta = row.version, channel.recent.delta_from(row.version)
        row.version = version
        if delta is None:  # more changes within one tick than we keep
            for subscriber in list(row.subscribers):
                self._catch_up(channel, subscriber)
            return
        channel.sent_at, notices = loop_time(), channel.notices_between(sent_version, version)
        for subscriber in row.subscribers:
            subscriber.send_if_ready(delta, notices)

    async def _reset(self, channel: Channel) -> None:
        snapshot = await self._read_snapshot(channel.event_id)
        channel.set_snapshot(snapshot, loop_time())
        channel.recent = recent_from(snapshot)
        notices = channel.notices_between(0, snapshot.version)
        for row in channel.rows:
            row.version = snapshot.version
            for subscriber in row.subscribers:
                subscriber.send_if_ready(channel.snapshot, notices)

    def _send_heartbeat_or_close(self, channel: Channel) -> None:
        """Send heartbeats on a quiet stream, and stop reading an event without subscribers."""
        now = loop_time()
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
        elif subscriber.version < recent.version:  # it missed more than we keep
            subscriber.drop()
