"""The organizer sells wheelchair places and companion seats to everybody, or keeps them again for who asks."""

from collections.abc import Sequence

from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.usecases.change_seats import change_seats
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.refusal import Fault, InvalidBody


async def open_seats(
    deps: OrganizerDeps, *, organization_id: str, plan: SalePlan, opened: Sequence[str], kept: Sequence[str]
) -> SalePlan:
    """Return the plan after it; seats that are named in both are kept. Nobody's hold or ticket changes.

    Raises `UnknownSeat`, `InvalidBody` (a seat that is no wheelchair place and no companion seat), `Busy` while others
    keep changing the event.
    """

    async def change(current: SalePlan) -> bool:
        terms = current.terms
        return await deps.open_seats(
            organization_id, terms.event_id, terms.revision, _opened_then(current, opened, kept)
        )

    return await change_seats(deps, plan=plan, change=change)


def _opened_then(plan: SalePlan, opened: Sequence[str], kept: Sequence[str]) -> frozenset[int]:
    seat_index, indexes = plan.seat_index, set(plan.released)
    faults: list[Fault] = []
    for member, ids in (("open_to_all", opened), ("keep", kept)):
        plan.seat_indexes(ids)
        for i, seat_id in enumerate(ids):
            index = seat_index.index_by_seat_id[seat_id]
            if index not in seat_index.wheelchair_places and index not in seat_index.place_of:
                faults.append((f"/{member}/{i}", "This seat is no wheelchair place and no companion seat."))
            elif member == "keep":
                indexes.discard(index)
            else:
                indexes.add(index)
    if faults:
        raise InvalidBody(faults)
    return frozenset(indexes)
