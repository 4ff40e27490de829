"""Nothing pays for a sale any more: its authorization ran out before it could be captured."""

import structlog

from admitone.booking.store import refunds as store
from admitone.booking.usecases.apply_refund import PUBLISH_JOB
from admitone.booking.usecases.deps import Deps

log = structlog.get_logger(__name__)


async def revoke_sale(deps: Deps, *, booking_id: str) -> None:
    """The tickets die, the seats return, the booking has failed. Doing it twice changes nothing."""
    async with deps.pool.connection() as conn, conn.transaction():
        revoked = await store.revoke_sale(conn, booking_id)
        if revoked is not None:
            log.error("sale taken back", booking_id=booking_id)
            booking = revoked.booking
            indexes = [ticket.index for ticket in booking.tickets]
            await deps.defer(conn, PUBLISH_JOB, event_id=booking.event_id, indexes=indexes)
