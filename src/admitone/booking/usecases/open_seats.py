"""The organizer sells wheelchair places and companion seats to everybody, or keeps them again for who asks."""

from collections.abc import Sequence

from admitone.booking.domain.plan import SalePlan
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.read_plan import read_plan
from admitone.kit.refusal import Busy, Fault, InvalidBody

# The event may be changed by somebody else between looking and writing.
TRIES_MAX = 3


async def open_seats(
    deps: OrganizerDeps, *, organization_id: str, plan: SalePlan, opened: Sequence[str], kept: Sequence[str]
) -> SalePlan:
    """Return the plan after it; seats that are named in both are kept. Nobody's hold or ticket changes.

    Raises `UnknownSeat`, `InvalidBody` (a seat that is no wheelchair place and no companion seat), `Busy` while others
    keep changing the event.
    """
    event_id = plan.terms.event_id
    for _ in range(TRIES_MAX):
        indexes = _opened_then(plan, opened, kept)
        is_done = await deps.open_seats(organization_id, event_id, plan.terms.revision, indexes)
        plan = await read_plan(deps.booking, event_id=event_id, fresh=True)
        if is_done:
            return plan
    raise Busy("The event is being changed by others. Try again.")


def _opened_then(plan: SalePlan, opened: Sequence[str], kept: Sequence[str]) -> frozenset[int]:
    floor, indexes = plan.floor, set(plan.opened)
    faults: list[Fault] = []
    for member, ids in (("open_to_all", opened), ("keep", kept)):
        plan.seat_indexes(ids)
        for i, seat_id in enumerate(ids):
            index = floor.index_by_seat_id[seat_id]
            if index not in floor.wheelchair_places and index not in floor.place_of:
                faults.append((f"/{member}/{i}", "This seat is no wheelchair place and no companion seat."))
            elif member == "keep":
                indexes.discard(index)
            else:
                indexes.add(index)
    if faults:
        raise InvalidBody(faults)
    return frozenset(indexes)
