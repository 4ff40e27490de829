"""Which tickets of bookings cannot be returned: they admitted a person, or another person has them by now."""

from collections.abc import Sequence

from admitone.booking.contracts import Booking
from admitone.kit.postgres import Connection
from admitone.tickets.domain.ticket_id import parse_ticket_id
from admitone.tickets.store import tickets as store
from admitone.tickets.store.scans import lock_tickets


async def list_unreturnable(conn: Connection, bookings: Sequence[Booking], lock: bool) -> set[str]:
    """Return ticket ids. `bookings`: of one event. `lock`: gates and transfers wait until the caller's transaction
    ends."""
    held = [
        (name, booking.id)
        for booking in bookings
        for ticket in booking.tickets
        if not ticket.refunded and (name := parse_ticket_id(ticket.ticket_id)) is not None
    ]
    if held and lock:
        await lock_tickets(conn, bookings[0].event_id, held)
    return await store.list_unreturnable(conn, [(name.ticket_id, booking_id) for name, booking_id in held])
