"""Reversals without the organizer: refunds made at the processor, disputes, expired authorizations."""

import structlog

from admitone.booking.contracts import BookingChange, BookingsChanged
from admitone.booking.store import refunds as store
from admitone.booking.store.bookings import read_booking
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.showing import SHOW_PLACES_JOB

log = structlog.get_logger(__name__)


async def project_refunds(deps: Deps, *, booking_id: str, is_whole: bool) -> None:
    """Act on a refund that was made at the processor. All of it: every ticket is refunded and the seats return.

    A part: only a person knows which tickets it was meant for; they stay valid, and the booking shows the refund.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        stored = await read_booking(conn, booking_id)
        if stored is None:
            return
        indexes = [ticket.index for ticket in stored.booking.tickets if not ticket.refunded] if is_whole else []
        given = await store.refund_tickets(conn, booking_id, organization_id=None, indexes=indexes, return_seats=True)
        if given is not None and indexes:
            await deps.defer(conn, SHOW_PLACES_JOB, event_id=given.booking.event_id, indexes=indexes)
        if given is not None and given.is_withheld:
            await deps.defer(conn, OFFER_JOB, event_id=given.booking.event_id)


async def project_dispute(deps: Deps, *, booking_id: str, is_disputed: bool) -> None:
    """Suspend a booking's barcodes while the buyer's bank disputes the payment; its seats are not sold again."""
    async with deps.pool.connection() as conn:
        await store.mark_disputed(conn, booking_id, is_disputed=is_disputed)


async def revoke_sale(deps: Deps, *, booking_id: str) -> None:
    """Fail a booking whose authorization expired before its capture: void its tickets and return its seats to sale.

    A second call changes nothing.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        revoked = await store.revoke_sale(conn, booking_id)
        if revoked is not None:
            log.error("sale revoked", booking_id=booking_id)
            booking = revoked.booking
            indexes = [ticket.index for ticket in booking.tickets]
            await deps.defer(conn, SHOW_PLACES_JOB, event_id=booking.event_id, indexes=indexes)
            if revoked.is_withheld:
                await deps.defer(conn, OFFER_JOB, event_id=booking.event_id)
            await deps.announce_bookings(conn, BookingsChanged(BookingChange.SALE_REVOKED, (booking,)))
