"""Dependencies of the live map's use case. A role builds them once per process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from admitone.live.domain.changes import Change
from admitone.live.usecases.seat_feed import SeatFeed


@dataclass(frozen=True)
class Deps:
    """`read_since`: the changes of an event after a version; None if its stream no longer reaches back to it."""

    read_since: Callable[[str, int], Awaitable[list[Change] | None]]
    feed: SeatFeed
