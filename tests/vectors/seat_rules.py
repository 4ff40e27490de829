"""The seat rules as vectors: their shape, and a specification that judges a row by the rules' definitions.

`seat_rules.json` has the vectors, `README.md` their schema. The specification follows the text of the rules, not the
code of any implementation, and is slow: use it for rows of about a dozen seats.
"""

from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

FILE = Path(__file__).with_suffix(".json")

State = Literal["free", "held", "sold", "blocked"]
Kind = Literal["ordinary", "wheelchair_place", "companion_seat"]


class Seat(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A seat of the row; its index is its position in the list."""

    state: State
    kind: Kind
    level: str | None
    """Price level; None: not for sale at the event, and then `blocked`."""
    neighbours: tuple[int, ...]
    """Seats beside it: the one before, the one after, not across an aisle."""
    place: int | None = None
    """Of a companion seat: the wheelchair place that it belongs to."""
    opened: bool = False
    """Released for general sale by the organizer."""


class Verdict(Struct, frozen=True, forbid_unknown_fields=True):
    """The result of each rule for a choice; seats by index, sorted."""

    reserved: tuple[int, ...]
    """Seats reserved for accessibility."""
    orphans: tuple[int, ...]
    """Seats that the choice would leave single."""
    other_choice: bool | None
    """If the choice leaves singles: whether as many seats at the same prices remain that leave none. Else None."""
    unaccompanied: tuple[int, ...]
    """Companion seats of the choice that need their wheelchair place."""


class Vector(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    description: str
    seats: tuple[Seat, ...]
    choice: tuple[int, ...]
    """Free seats, sorted, at least one."""
    expected: Verdict


class VectorFile(Struct, frozen=True, forbid_unknown_fields=True):
    about: str
    vectors: tuple[Vector, ...]


def load_vectors() -> tuple[Vector, ...]:
    return msgspec.json.decode(FILE.read_bytes(), type=VectorFile).vectors


def judge(seats: tuple[Seat, ...], choice: tuple[int, ...]) -> Verdict:
    """Return the results of all rules for a choice."""
    orphans = find_orphans(seats, choice)
    return Verdict(
        reserved=tuple(index for index in range(len(seats)) if is_reserved(seats, index)),
        orphans=orphans,
        other_choice=_other_choice_remains(seats, choice) if orphans else None,
        unaccompanied=tuple(index for index in choice if _needs_its_place(seats, index, choice)),
    )


def is_reserved(seats: tuple[Seat, ...], index: int) -> bool:
    """A wheelchair place that is for sale, and each of its companion seats, unless released for general sale."""
    seat = seats[index]
    if seat.opened or seat.kind == "ordinary":
        return False
    place = seat if seat.place is None else seats[seat.place]
    return place.level is not None and not place.opened


def is_general(seats: tuple[Seat, ...], index: int) -> bool:
    """A free seat that any buyer may take: the orphan rule sees no others."""
    return seats[index].state == "free" and not is_reserved(seats, index)


def company(seats: tuple[Seat, ...], index: int, taken: tuple[int, ...] = ()) -> list[int]:
    """Return the general seats beside a seat that are not taken."""
    return [seat for seat in seats[index].neighbours if is_general(seats, seat) and seat not in taken]


def find_orphans(seats: tuple[Seat, ...], choice: tuple[int, ...]) -> tuple[int, ...]:
    """Return the general seats that have company before the choice and none after it."""
    return tuple(
        index
        for index in range(len(seats))
        if is_general(seats, index)
        and index not in choice
        and company(seats, index)
        and not company(seats, index, choice)
    )


def side_by_side(seats: tuple[Seat, ...], quantity: int) -> list[tuple[int, ...]]:
    """Return every choice of `quantity` general seats without a gap or an aisle between them."""
    windows = (tuple(range(first, first + quantity)) for first in range(len(seats) - quantity + 1))
    return [
        window
        for window in windows
        if all(is_general(seats, index) for index in window)
        and all(index + 1 in seats[index].neighbours for index in window[:-1])
    ]


def _other_choice_remains(seats: tuple[Seat, ...], choice: tuple[int, ...]) -> bool:
    levels = {seats[index].level for index in choice}
    quantity = sum(not is_reserved(seats, index) for index in choice)
    return any(
        not find_orphans(seats, window) and all(seats[index].level in levels for index in window)
        for window in side_by_side(seats, quantity)
    )


def _needs_its_place(seats: tuple[Seat, ...], index: int, choice: tuple[int, ...]) -> bool:
    place = seats[index].place
    if place is None or not is_reserved(seats, index):
        return False
    return place not in choice and seats[place].state != "sold"
