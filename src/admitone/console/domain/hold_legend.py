"""The legend of seats that are held back: a letter, a colour and a hatching for each reason."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from admitone.console.domain.seat_choice import Room

COLORS = 7
"""Classes `hold-0` … of the style sheet."""
HATCHINGS = 4
"""Classes `hatch-0` (none) …: reasons that share a colour differ by it, and all by letter."""
NO_REASON = "No reason"


class LegendEntry(Struct, frozen=True):
    """`seats`: ranges of indexes, as `write_ranges` writes them."""

    reason: str
    letter: str
    color: int
    hatching: int
    count: int
    seats: str


def legend_of(holds: Iterable[dict[str, Any]], room: Room) -> list[LegendEntry]:
    """Return an entry for each reason, by name; holds without a reason are the last."""
    seats: dict[str, list[str]] = {}
    for hold in holds:
        seats.setdefault(hold["reason"] or NO_REASON, []).extend(hold["seats"])
    letters: dict[str, str] = {}
    for reason in sorted(seats, key=lambda reason: (reason == NO_REASON, reason.casefold())):
        letters[reason] = "–" if reason == NO_REASON else _letter(reason, set(letters.values()))
    return [
        LegendEntry(
            *(reason, letter, place % COLORS, place // COLORS % HATCHINGS),
            *(len(seats[reason]), room.ranges(seats[reason])),
        )
        for place, (reason, letter) in enumerate(letters.items())
    ]


def _letter(reason: str, taken: set[str]) -> str:
    """Return the first letter of the reason that no other has; else a number."""
    for sign in reason.upper():
        if sign.isalnum() and sign not in taken:
            return sign
    return next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)
