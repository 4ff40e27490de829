"""A buyer's choice, checked against the sale plan: seats by index, the best available, places without numbers."""

from collections.abc import Sequence

from msgspec import Struct

from admitone.booking.domain.refusals import NotEnoughTickets, NothingChosen
from admitone.booking.domain.sale_plan import SalePlan
from admitone.kit.refusal import InvalidBody


class BestAvailable(Struct, frozen=True):
    quantity: int
    section_id: str | None
    price_level_id: str | None
    together: bool
    wheelchair_places: int = 0
    """How many of the `quantity` are wheelchair places; the others sit beside them, on companion seats first."""


class Choice(Struct, frozen=True):
    """`seats` in ascending order; `areas`: (section id, places)."""

    seats: tuple[int, ...]
    best: BestAvailable | None
    areas: tuple[tuple[str, int], ...]

    @property
    def quantity(self) -> int:
        return len(self.seats) + (self.best.quantity if self.best else 0) + sum(count for _, count in self.areas)


def choose(
    plan: SalePlan, *, seats: Sequence[str], best: BestAvailable | None, areas: Sequence[tuple[str, int]]
) -> Choice:
    """Return the choice. If a section is named twice, its places are added.

    Raises `UnknownSeat`, `UnknownSection`, `UnknownPriceLevel`, `NothingChosen` (nothing, or a seat twice),
    `NotEnoughTickets` and `InvalidBody` (wheelchair places).
    """
    chosen = choose_seats(plan, seats)
    merged: dict[str, int] = {}
    for section_id, quantity in areas:
        merged[plan.area(section_id).id] = merged.get(section_id, 0) + quantity
    if best is not None:
        plan.check_filter(best.section_id, best.price_level_id)
        if best.wheelchair_places:
            _check_places(plan, best)
        if best.section_id in plan.areas or not plan.seat_index.seats:
            # The best of places without numbers is any of them.
            area_id = _fitting_area(plan, best)
            merged[area_id] = merged.get(area_id, 0) + best.quantity
            best = None
    choice = Choice(seats=chosen, best=best, areas=tuple(sorted(merged.items())))
    if choice.quantity == 0:
        raise NothingChosen
    return choice


def choose_seats(plan: SalePlan, seat_ids: Sequence[str]) -> tuple[int, ...]:
    """Return the indexes of named seats. Raises `UnknownSeat`, `NothingChosen` if a seat is named twice."""
    seats = plan.seat_indexes(seat_ids)
    if len(set(seats)) != len(seats):
        raise NothingChosen("The same seat is named twice.")
    return tuple(seats)


def _check_places(plan: SalePlan, best: BestAvailable) -> None:
    if best.wheelchair_places > best.quantity:
        raise InvalidBody([("/best_available/wheelchair_places", "These are more than the quantity.")])
    if best.section_id in plan.areas or not plan.seat_index.wheelchair_places:
        raise NotEnoughTickets("There are no wheelchair places here to choose from.", available=0)


def _fitting_area(plan: SalePlan, best: BestAvailable) -> str:
    for area in plan.terms.areas:
        if best.section_id in (None, area.id) and best.price_level_id in (None, area.price_level_id):
            return area.id
    raise NothingChosen("No general-admission section has this price level.")
