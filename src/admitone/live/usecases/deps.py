"""What the live slice works with. Built once a process by a role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from admitone.live.domain.changes import Change
from admitone.live.usecases.seat_feed import SeatFeed


@dataclass(frozen=True)
class Deps:
    """`read_since` reaches back into an event's stream."""

    read_since: Callable[[str, int], Awaitable[list[Change] | None]]
    feed: SeatFeed
