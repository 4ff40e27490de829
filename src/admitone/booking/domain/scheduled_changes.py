"""A change of seats at a moment: what is stored of it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from admitone.booking.domain.level_prices import LevelPrice
from admitone.booking.domain.seat_changes import ChangedPart, LeftAlone, SeatAct


class ScheduledState(StrEnum):
    SCHEDULED = "scheduled"
    MADE = "made"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Its event is gone, or every attempt failed."""


class ScheduledChange(Struct, frozen=True, kw_only=True):
    """`parts`: what the seats were when it was scheduled. `price`: of a set price, what the level costs from then on.
    `left_alone`: of a made one, the seats that stayed as they were. `ended_by_name`: who cancelled it."""

    id: str
    event_id: str
    organization_id: str
    seat_map_id: str
    act: SeatAct
    price_level_id: str | None = None
    parts: tuple[ChangedPart, ...]
    price: LevelPrice | None = None
    due_at: datetime
    scheduled_by: str
    scheduled_by_kind: str
    scheduled_by_name: str
    scheduled_at: datetime
    state: ScheduledState = ScheduledState.SCHEDULED
    ended_at: datetime | None = None
    ended_by_name: str | None = None
    left_alone: dict[LeftAlone, tuple[int, ...]] | None = None

    @property
    def indexes(self) -> list[int]:
        return sorted(index for part in self.parts for index in part.indexes)
