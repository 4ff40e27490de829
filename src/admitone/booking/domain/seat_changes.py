"""Changes of single seats by the organizer: what the seats were before, and which of them can be changed now."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from admitone.booking.domain.inventory import FREE, HELD_BACK, SOLD, WITHHELD
from admitone.booking.domain.level_prices import PriceChange

CLAIMED = "c"


class SeatAct(StrEnum):
    HOLD_BACK = "hold_back"
    RELEASE = "release"
    REPRICE = "reprice"
    OPEN_TO_ALL = "open_to_all"
    KEEP = "keep"
    SET_PRICE = "set_price"
    """Of a whole price level: it names no seats."""


INVERSE = {
    SeatAct.HOLD_BACK: SeatAct.RELEASE,
    SeatAct.RELEASE: SeatAct.HOLD_BACK,
    SeatAct.REPRICE: SeatAct.REPRICE,
    SeatAct.OPEN_TO_ALL: SeatAct.KEEP,
    SeatAct.KEEP: SeatAct.OPEN_TO_ALL,
    SeatAct.SET_PRICE: SeatAct.SET_PRICE,
}
TERMS_ACTS = frozenset({SeatAct.REPRICE, SeatAct.OPEN_TO_ALL, SeatAct.KEEP})
"""These change the terms of the sale, which the catalogue owns; the others move tickets."""


class LeftAlone(StrEnum):
    """Why a seat stays as it is."""

    SOLD = "sold"
    IN_CHECKOUT = "in_checkout"
    WAITING_LIST = "waiting_list"
    """It is free, and withheld for the waiting list."""
    CHANGED = "changed"
    """It is not as it was when the change was scheduled, or as the change to undo left it."""


class Maker(Struct, frozen=True):
    """Who makes a change: id and name of a person or an API key."""

    id: str = ""
    name: str = ""


UNKNOWN_MAKER = Maker()


class Hold(Struct, frozen=True):
    """Why, for whom, by whom and since when a seat is held back; None: it is not known."""

    reason: str | None = None
    held_for: str | None = None
    held_by: str | None = None
    held_by_name: str | None = None
    held_at: datetime | None = None


NO_HOLD = Hold()


class ChangedPart(Struct, frozen=True, omit_defaults=True):
    """Seats that were alike before the change. `hold`: of a release. `price_level_id`: the level that they had been
    repriced to; None: they were at the level of their category."""

    indexes: tuple[int, ...]
    hold: Hold | None = None
    price_level_id: str | None = None


class SeatChange(Struct, frozen=True, kw_only=True):
    """One act on some seats, or on the price of a level. `price_level_id`: the level of a reprice; None: that of the
    seats' category. `price`: of a set price."""

    id: str
    seat_map_id: str
    act: SeatAct
    price_level_id: str | None = None
    parts: tuple[ChangedPart, ...]
    price: PriceChange | None = None
    made_by: str
    made_by_name: str
    made_at: datetime
    undone_at: datetime | None = None
    undone_by_name: str | None = None

    @property
    def indexes(self) -> list[int]:
        return sorted(index for part in self.parts for index in part.indexes)


class SeatNow(Struct, frozen=True):
    """`state`: that of the ticket. `price_level_id`: the level that the seat is repriced to. `is_open`: it is a
    wheelchair place or companion seat on general sale."""

    state: str
    hold: Hold = NO_HOLD
    price_level_id: str | None = None
    is_open: bool = False


def why_left_alone(
    seat: SeatNow | None, act: SeatAct, *, held_at: datetime | None = None, price_level_id: str | None = None
) -> LeftAlone | None:
    """Return why `act` must not change this seat; None: it may.

    `held_at`: since when a seat to release is expected to be held back. `price_level_id`: the level to which a seat to
    reprice is expected to be repriced. What a buyer has, or is paying for, is never changed.
    """
    if seat is None:
        return LeftAlone.CHANGED
    if seat.state == SOLD:
        return LeftAlone.SOLD
    if seat.state == CLAIMED:
        return LeftAlone.IN_CHECKOUT
    if act is SeatAct.HOLD_BACK and seat.state == WITHHELD:
        return LeftAlone.WAITING_LIST
    is_as_expected = {
        SeatAct.HOLD_BACK: seat.state == FREE,
        SeatAct.RELEASE: seat.state == HELD_BACK and seat.hold.held_at == held_at,
        SeatAct.REPRICE: seat.price_level_id == price_level_id,
        SeatAct.OPEN_TO_ALL: not seat.is_open,
        SeatAct.KEEP: seat.is_open,
    }
    return None if is_as_expected[act] else LeftAlone.CHANGED


def undo_of(change: SeatChange, now: Mapping[int, SeatNow]) -> tuple[list[ChangedPart], dict[int, LeftAlone]]:
    """Return the parts of a change whose seats can get back what they were, and why each other seat is left alone."""
    act = INVERSE[change.act]

    def why(index: int, _: ChangedPart) -> LeftAlone | None:
        return why_left_alone(now.get(index), act, held_at=change.made_at, price_level_id=change.price_level_id)

    return _sift(change.parts, why)


def due_of(
    act: SeatAct, parts: Iterable[ChangedPart], now: Mapping[int, SeatNow]
) -> tuple[list[ChangedPart], dict[int, LeftAlone]]:
    """Return the parts of a scheduled change whose seats are as they were when it was scheduled, and why each other
    seat is left alone."""

    def why(index: int, part: ChangedPart) -> LeftAlone | None:
        held_at = None if part.hold is None else part.hold.held_at
        return why_left_alone(now.get(index), act, held_at=held_at, price_level_id=part.price_level_id)

    return _sift(parts, why)


def _sift(
    parts: Iterable[ChangedPart], why: Callable[[int, ChangedPart], LeftAlone | None]
) -> tuple[list[ChangedPart], dict[int, LeftAlone]]:
    kept: list[ChangedPart] = []
    left: dict[int, LeftAlone] = {}
    for part in parts:
        reasons = {index: why(index, part) for index in part.indexes}
        left |= {index: reason for index, reason in reasons.items() if reason is not None}
        indexes = tuple(index for index, reason in reasons.items() if reason is None)
        if indexes:
            kept.append(replace(part, indexes=indexes))
    return kept, left


def group(indexes: Iterable[int], before: Mapping[int, tuple[Hold | None, str | None]]) -> tuple[ChangedPart, ...]:
    """Return the parts of seats that were (held back so, repriced to this level) before."""
    alike: dict[tuple[Hold | None, str | None], list[int]] = {}
    for index in sorted(indexes):
        alike.setdefault(before.get(index, (None, None)), []).append(index)
    return tuple(ChangedPart(tuple(seats), *was) for was, seats in alike.items())
