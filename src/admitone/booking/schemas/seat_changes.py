"""Changes of seats as their organizer reads, undoes and schedules them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from admitone.booking.domain.scheduled_changes import ScheduledChange
from admitone.booking.domain.seat_changes import LeftAlone, SeatAct, SeatChange
from admitone.booking.schemas.booking import Id
from admitone.booking.schemas.level_prices import (
    LevelMoney,
    LevelPriceOut,
    PriceChangeOut,
    level_price,
    level_price_out,
    price_change_out,
)
from admitone.booking.usecases.scheduled_seat_changes import ScheduleRequest
from admitone.booking.usecases.undo_seat_change import Undone
from admitone.kit.text import MOMENT

NAMED_MAX = 20
"""Seats of each change that a list names: a change may be of 20,000."""


class SeatChangeOut(Struct, frozen=True, kw_only=True):
    """`act`: hold_back, release, reprice, open_to_all, keep or set_price. `seats`: ids of the seats that it changed; in
    a list, the first 20. `price_level_id`: of a reprice (null: the level of the seats' category) or a set price, which
    has a `price` and no seats."""

    change_id: str
    act: str
    price_level_id: str | None
    seat_count: int
    seats: list[str]
    price: PriceChangeOut | None
    made_by: str
    made_by_name: str
    made_at: datetime
    undone_at: datetime | None
    undone_by_name: str | None


class SeatChangeList(Struct, frozen=True):
    """The last 20 changes, the newest first."""

    changes: list[SeatChangeOut]


class SeatsLeftAlone(Struct, frozen=True):
    """Seats that stay as they are. `reason`: sold, in_checkout, waiting_list (free, and withheld for it) or changed.
    `seats`: their ids; in a list of changes, the first 20."""

    reason: str
    seat_count: int
    seats: list[str]


class UndoneOut(Struct, frozen=True):
    """`act`: what was done to undo the change. `seats`: ids of those that got back what they were."""

    act: str
    seats: list[str]
    left_alone: list[SeatsLeftAlone]


class ScheduleIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Change these seats at `due_at`. `price_level_id`: of a reprice; null: the level of the seats' category. A
    `set_price` names no seats, but the level, its `price` and `fees`."""

    act: Literal["release", "reprice", "open_to_all", "set_price"]
    due_at: Annotated[datetime, Meta(tz=True, extra={"rule": MOMENT})]
    seats: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()
    price_level_id: Id | None = None
    price: LevelMoney | None = None
    fees: LevelMoney | None = None


class ScheduledChangeOut(Struct, frozen=True, kw_only=True):
    """`state`: scheduled, made, cancelled or failed (it could not be made). `left_alone`: of a made one, the seats that
    stayed as they were, because a buyer has them or they were changed since. `ended_by_name`: who cancelled it.
    `seats`: in a list, the first 20. `price`: of a set price."""

    scheduled_id: str
    act: str
    price_level_id: str | None
    seat_count: int
    seats: list[str]
    price: LevelPriceOut | None
    due_at: datetime
    scheduled_by: str
    scheduled_by_name: str
    scheduled_at: datetime
    state: str
    ended_at: datetime | None
    ended_by_name: str | None
    left_alone: list[SeatsLeftAlone]


class ScheduledChangeList(Struct, frozen=True):
    """Those to come, the next first; then those that ended, the newest first."""

    scheduled_changes: list[ScheduledChangeOut]


def seat_change_out(change: SeatChange, seat_ids: Sequence[str], *, named: int | None = None) -> SeatChangeOut:
    """`named`: how many seats are named at most; None: all."""
    return SeatChangeOut(
        change_id=change.id,
        act=change.act.value,
        price_level_id=change.price_level_id,
        seat_count=len(change.indexes),
        seats=_named(change.indexes[:named], seat_ids),
        price=price_change_out(change.price),
        made_by=change.made_by,
        made_by_name=change.made_by_name,
        made_at=change.made_at,
        undone_at=change.undone_at,
        undone_by_name=change.undone_by_name,
    )


def undone_out(undone: Undone) -> UndoneOut:
    left = [SeatsLeftAlone(reason.value, len(seats), list(seats)) for reason, seats in undone.left_alone.items()]
    return UndoneOut(undone.act.value, list(undone.seats), left)


def schedule_request(data: ScheduleIn) -> ScheduleRequest:
    """Without `fees` the level has none."""
    price = None
    if data.price is not None:
        price = level_price(data.price, data.fees or LevelMoney(0, data.price.currency))
    return ScheduleRequest(SeatAct(data.act), data.seats, data.due_at, data.price_level_id, price)


def scheduled_change_out(
    scheduled: ScheduledChange, seat_ids: Sequence[str], *, named: int | None = None
) -> ScheduledChangeOut:
    """`named`: how many seats are named at most; None: all."""
    left: dict[LeftAlone, tuple[int, ...]] = scheduled.left_alone or {}
    return ScheduledChangeOut(
        scheduled_id=scheduled.id,
        act=scheduled.act.value,
        price_level_id=scheduled.price_level_id,
        seat_count=len(scheduled.indexes),
        seats=_named(scheduled.indexes[:named], seat_ids),
        price=None if scheduled.price is None else level_price_out(scheduled.price),
        due_at=scheduled.due_at,
        scheduled_by=scheduled.scheduled_by,
        scheduled_by_name=scheduled.scheduled_by_name,
        scheduled_at=scheduled.scheduled_at,
        state=scheduled.state.value,
        ended_at=scheduled.ended_at,
        ended_by_name=scheduled.ended_by_name,
        left_alone=[
            SeatsLeftAlone(reason.value, len(indexes), _named(indexes[:named], seat_ids))
            for reason, indexes in left.items()
        ],
    )


def _named(indexes: Iterable[int], seat_ids: Sequence[str]) -> list[str]:
    """Return the ids of seats; a seat map that the event had before may have had more."""
    return [seat_ids[index] for index in indexes if index < len(seat_ids)]
