"""Change how seats of an event are sold: the catalogue keeps it, and tells booking in its transaction."""

from collections.abc import Awaitable, Callable

from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.read_sale_plan import read_sale_plan
from admitone.kit.refusal import Busy

# The event may be changed by somebody else between looking and writing.
ATTEMPTS_MAX = 3


async def change_seats(
    deps: OrganizerDeps, *, plan: SalePlan, change: Callable[[SalePlan], Awaitable[bool]]
) -> SalePlan:
    """Return the plan after it. `change`, made from a plan, is False where the event has moved on from it.

    Raises `Busy` while others keep changing the event, and what `change` refuses.
    """
    for _ in range(ATTEMPTS_MAX):
        is_done = await change(plan)
        plan = await read_sale_plan(deps.booking, event_id=plan.terms.event_id, fresh=True)
        if is_done:
            return plan
    raise Busy("The event is being changed by others. Try again.")
