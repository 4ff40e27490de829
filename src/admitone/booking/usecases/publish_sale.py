"""Show a sale on the live map. PostgreSQL has decided it; this only tells Redis."""

import structlog

from admitone.booking.contracts import Booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.load_inventory import load_inventory
from admitone.kit.refusal import Busy

log = structlog.get_logger(__name__)

ATTEMPTS_MAX = 4


async def publish_sale(deps: Deps, *, booking: Booking) -> None:
    """Mark the booking's places as sold in Redis; where Redis cannot know them any more, load the event again.

    A Redis that does not answer is not the buyer's concern: the job `booking.publish_sales` comes after every sale.
    """
    try:
        indexes = tuple(ticket.index for ticket in booking.tickets)
        await mark_sold(deps, booking.event_id, booking_id=booking.id, indexes=indexes)
    except Busy as error:
        log.warning("sale not shown yet", booking_id=booking.id, error=str(error.__cause__))


async def mark_sold(deps: Deps, event_id: str, *, booking_id: str, indexes: tuple[int, ...]) -> None:
    """The same, and whoever calls is told when Redis does not answer. Raises `Busy` while it keeps being loaded."""
    for _ in range(ATTEMPTS_MAX):
        if await deps.locks.sell(event_id, booking_id, indexes):
            return
        # A load that was under way already may have begun before this sale: look again.
        await load_inventory(deps, event_id=event_id)
    raise Busy("The sale is not shown yet.")
