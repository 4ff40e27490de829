"""Refuse companion seats without their wheelchair place, and say what to take."""

from collections.abc import Sequence

from admitone.booking.domain.alternatives import pick_alternative
from admitone.booking.domain.companions import still_bound
from admitone.booking.domain.refusals import CompanionSeat
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.read_states import read_states


async def check_companions(deps: Deps, plan: SalePlan, wanted: Sequence[int], unaccompanied: Sequence[int]) -> None:
    """Raise `CompanionSeat` where a free seat of `unaccompanied` still waits for the buyer of its wheelchair place.

    `unaccompanied`: the companion seats of `wanted` whose place is not in it. One that is taken is left to the lock to
    refuse: it was somebody else's, so nothing has to be explained.
    """
    states = await read_states(deps, event_id=plan.terms.event_id) or b""
    seats, place_of = plan.seat_index.seats, plan.seat_index.place_of
    bound = [index for index in still_bound(plan, states, unaccompanied) if states[index : index + 1] == b"a"]
    if not bound:
        return
    places = sorted({place_of[index] for index in bound})
    near = pick_alternative(plan, states, list(wanted), for_anybody=True)
    raise CompanionSeat(
        seats=[seats[index].id for index in bound],
        wheelchair_places=[seats[index].id for index in places if states[index : index + 1] == b"a"],
        alternatives=[seats[index].id for index in near],
        alternative_tickets=[plan.seat_ticket(index) for index in near],
    )
