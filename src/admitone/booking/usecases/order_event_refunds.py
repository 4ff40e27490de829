"""The organizer cancelled an event and gives everybody the money back: one word, and a job does it."""

from admitone.booking.domain.refusals import EventNotCancelled, EventNotFound
from admitone.booking.store import organizer_inventory as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.read_sale_plan import read_sale_plan
from admitone.booking.usecases.refund_event import BOUGHT
from admitone.catalogue.contracts import EventStatus

REFUND_JOB = "booking.refund_event"


async def order_event_refunds(deps: OrganizerDeps, *, organization_id: str, event_id: str) -> int:
    """Return how many bookings have something to give back now. Asked again, nothing is given back twice.

    Raises `EventNotFound` (also another organization's), `EventNotCancelled`.
    """
    async with deps.booking.pool.connection() as conn:
        if await store.read_own_inventory(conn, organization_id, event_id) is None:
            raise EventNotFound(event_id)
    plan = await read_sale_plan(deps.booking, event_id=event_id, fresh=True)
    if plan.terms.status is not EventStatus.CANCELLED:
        raise EventNotCancelled
    async with deps.booking.pool.connection() as conn, conn.transaction():
        count = 0
        for status in BOUGHT:
            count += await store.count_bookings(conn, organization_id, event_id, status=status.value, words="")
        await deps.booking.defer(conn, REFUND_JOB, organization_id=organization_id, event_id=event_id)
    return count
