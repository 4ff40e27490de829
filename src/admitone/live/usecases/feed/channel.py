"""One event's channel: its snapshot, its recent changes and notices, and the subscribers in rows."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from admitone.booking.contracts import SeatSnapshot
from admitone.live.domain.changes import Change
from admitone.live.domain.recent import Recent
from admitone.live.domain.wire import Sent, event, notices_in
from admitone.live.usecases.feed.subscriber import Subscriber

ROWS = 4
"""With one row of 10,000 subscribers, the last one would receive every change 0.2 s after the first."""
NOTICES_MAX = 16
"""Notices of an event that we keep for subscribers that were slow or reconnect."""

NOTICE_SECONDS = 90.0
"""A cached page may be this old: a new subscriber receives the notices since.

The page compares their revisions with its own."""


@dataclass
class Row:
    """Subscribers that receive the same bytes together; all that are not slow have at least `version`."""

    subscribers: set[Subscriber] = field(default_factory=set)
    version: int = 0


@dataclass
class Channel:
    """One event. `sent_at`: the last write to its subscribers; `left_at`: when one left last (`loop_time`)."""

    event_id: str
    recent: Recent
    snapshot: Sent
    snapshot_at: float
    sent_at: float
    rows: "list[Row]" = field(default_factory=lambda: [Row() for _ in range(ROWS)])
    left_at: float = 0.0
    notices: "deque[tuple[float, Sent]]" = field(default_factory=lambda: deque(maxlen=NOTICES_MAX))

    def set_snapshot(self, snapshot: SeatSnapshot, now: float) -> None:
        """Replace the snapshot by a newer one."""
        self.snapshot, self.snapshot_at = event("snapshot", snapshot.version, snapshot), now

    def record_notices(self, changes: Sequence[Change], now: float) -> None:
        """Keep the notices among changes, which may be known already."""
        known = self.notices[-1][1].version if self.notices else 0
        self.notices.extend((now, notice) for notice in notices_in(changes) if notice.version > known)

    def notices_between(self, version: int, last: int) -> list[Sent]:
        """Return the notices after `version` up to `last`."""
        return [notice for _, notice in self.notices if version < notice.version <= last]

    def recent_notices(self, now: float) -> list[Sent]:
        """Return the recent notices that a subscriber who begins with the snapshot may not know."""
        recent = [notice for at, notice in self.notices if now - at < NOTICE_SECONDS]
        return [notice for notice in recent if notice.version <= self.snapshot.version]


def open_channel_from(event_id: str, snapshot: SeatSnapshot, now: float) -> Channel:
    """Return the event as it begins with `snapshot`, without subscribers."""
    sent = event("snapshot", snapshot.version, snapshot)
    return Channel(event_id, recent_from(snapshot), sent, now, now, left_at=now)


def recent_from(snapshot: SeatSnapshot) -> Recent:
    """Return the memory of changes that begins with `snapshot`."""
    return Recent(snapshot.version, {area_id: count.capacity for area_id, count in snapshot.areas.items()})


def loop_time() -> float:
    """Return the event loop's time, in seconds: the clock of a `Channel`."""
    return asyncio.get_running_loop().time()
