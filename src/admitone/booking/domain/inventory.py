"""The tickets of an event by its terms: one per seat for sale, one per general-admission place."""

from collections.abc import Iterable

from msgspec import Struct

from admitone.booking.domain.sale_plan import SalePlan

FREE, BLOCKED, HELD_BACK, SOLD, WITHHELD = "a", "b", "k", "s", "w"
"""`WITHHELD`: free, and kept from the public until it is offered to the waiting list, or no entry there wants it."""


class Place(Struct, frozen=True):
    """A ticket to issue; `area_id` None: a numbered seat. `state`: a (for sale) or b (blocked)."""

    index: int
    level_id: str
    area_id: str | None
    state: str


def build_places(plan: SalePlan, existing: Iterable[tuple[int, str | None, bool]]) -> list[Place]:
    """Return the places of a plan in index order.

    `existing` = (index, area id, whether it is claimed or sold) of tickets that were issued before: an area keeps its
    indexes, claimed and sold ones first, and gets new ones behind the last.
    """
    seat_count = len(plan.seat_index.seats)
    places = [_seat_place(plan, index) for index in range(seat_count)]
    kept: dict[str, list[tuple[bool, int]]] = {}
    next_index = seat_count
    for index, area_id, is_taken in existing:
        next_index = max(next_index, index + 1)
        if area_id is not None and index >= seat_count:
            kept.setdefault(area_id, []).append((not is_taken, index))
    for area in plan.terms.areas:
        indexes = [index for _, index in sorted(kept.get(area.id, []))][: area.capacity]
        missing = area.capacity - len(indexes)
        indexes += range(next_index, next_index + missing)
        next_index += missing
        places += [Place(index, area.price_level_id, area.id, FREE) for index in indexes]
    return sorted(places, key=lambda place: place.index)


def _seat_place(plan: SalePlan, index: int) -> Place:
    level = plan.level_of_seat(index)
    return Place(index, "", None, BLOCKED) if level is None else Place(index, level.id, None, FREE)
