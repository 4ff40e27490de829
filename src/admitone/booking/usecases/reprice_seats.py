"""The organizer sells some seats at another price level, during the sale too."""

from collections.abc import Sequence

from msgspec import Struct

from admitone.booking.domain.refusals import UnknownPriceLevel
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.usecases.change_seats import change_seats
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.refusal import Fault, InvalidBody


class Reprice(Struct, frozen=True):
    """`price_level_id` None: the price of the seats' own category counts again."""

    price_level_id: str | None
    seats: tuple[str, ...]


async def reprice_seats(
    deps: OrganizerDeps, *, organization_id: str, plan: SalePlan, wanted: Sequence[Reprice]
) -> SalePlan:
    """Return the plan after it. The catalogue keeps which seats they are, and tells booking in its transaction.

    A checkout that was priced by the old terms is priced anew by its claim; holds keep their price.
    Raises `UnknownSeat`, `UnknownPriceLevel`, `InvalidBody` (a seat that is not for sale, or is named twice),
    `Busy` while others keep changing the event.
    """

    async def change(current: SalePlan) -> bool:
        terms = current.terms
        return await deps.reprice_seats(organization_id, terms.event_id, terms.revision, _moves(current, wanted))

    return await change_seats(deps, plan=plan, change=change)


def _moves(plan: SalePlan, wanted: Sequence[Reprice]) -> dict[int, str | None]:
    moves: dict[int, str | None] = {}
    faults: list[Fault] = []
    for i, reprice in enumerate(wanted):
        if reprice.price_level_id is not None and reprice.price_level_id not in plan.levels:
            raise UnknownPriceLevel(reprice.price_level_id)
        plan.seat_indexes(reprice.seats)
        for j, seat_id in enumerate(reprice.seats):
            index = plan.seat_index.index_by_seat_id[seat_id]
            own = plan.level_of_category.get(plan.seat_index.seats[index].category)
            if own is None:
                faults.append((f"/reprice/{i}/seats/{j}", "The category of this seat has no price: it is not sold."))
            elif index in moves:
                faults.append((f"/reprice/{i}/seats/{j}", "This seat is named twice."))
            else:
                moves[index] = None if own.id == reprice.price_level_id else reprice.price_level_id
    if faults:
        raise InvalidBody(faults)
    return moves
