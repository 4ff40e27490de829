"""The name of a guest goes with the ticket that moves to another seat."""

from admitone.kit.postgres import Connection
from admitone.tickets.domain.ticket_id import parse_ticket_id
from admitone.tickets.store import tickets as store


async def carry_name(conn: Connection, booking_id: str, old_id: str, new_id: str) -> None:
    """Move the name in the transaction of an exchange (`booking.contracts.resale.CarryName`).

    The caller has checked that the booking's buyer has the old ticket, and holds its row's lock (`list_unreturnable`).
    """
    name = parse_ticket_id(new_id)
    assert name is not None, "booking names a ticket of its event"
    if (guest := await store.take_name(conn, old_id, booking_id)) is not None:
        await store.name_tickets(conn, name.event_id, booking_id, [(new_id, name.index, 1, guest)])
