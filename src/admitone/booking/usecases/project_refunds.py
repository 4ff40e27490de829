"""Somebody refunded at the provider, by hand: what that means for the tickets."""

from admitone.booking.store.bookings import read_booking
from admitone.booking.store.refunds import refund_tickets
from admitone.booking.usecases.apply_refund import PUBLISH_JOB
from admitone.booking.usecases.deps import Deps


async def project_refunds(deps: Deps, *, booking_id: str, is_whole: bool) -> None:
    """All of it went back: every ticket dies, the seats return.

    A part: which tickets it was meant for, only a person knows; they stay valid, and the booking says what is so.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        stored = await read_booking(conn, booking_id)
        if stored is None:
            return
        indexes = [ticket.index for ticket in stored.booking.tickets if not ticket.refunded] if is_whole else []
        given = await refund_tickets(conn, booking_id, organization_id=None, indexes=indexes, return_seats=True)
        if given is not None and indexes:
            await deps.defer(conn, PUBLISH_JOB, event_id=given.booking.event_id, indexes=indexes)
