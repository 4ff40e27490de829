"""Which tickets of a booking cannot be given back: they admitted a person, or another person has them by now."""

from admitone.booking.contracts import Booking
from admitone.kit.postgres import Connection
from admitone.tickets.domain.ticket_id import parse_ticket_id
from admitone.tickets.store.scans import lock_tickets
from admitone.tickets.store.tickets import read_ticket


async def list_unreturnable(conn: Connection, booking: Booking, lock: bool) -> set[str]:
    """Return ticket ids. `lock`: gates and transfers wait until the caller's transaction ends."""
    names = [parse_ticket_id(ticket.ticket_id) for ticket in booking.tickets if not ticket.refunded]
    held = [(name, booking.id) for name in names if name is not None]
    if held and lock:
        await lock_tickets(conn, booking.event_id, held)
    unreturnable = set()
    for name, _ in held:
        life = await read_ticket(conn, name.ticket_id, booking.id)
        if life.admitted_at is not None or life.version > 1:
            unreturnable.add(name.ticket_id)
    return unreturnable
