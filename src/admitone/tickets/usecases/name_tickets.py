"""Put the names of guests on tickets, where the organizer asks for them, until the show starts."""

from collections.abc import Mapping

from admitone.tickets.domain.refusals import TicketRefunded, TicketTransferred, TicketUsed
from admitone.tickets.domain.transfer_rules import check_names_open
from admitone.tickets.store import tickets as store
from admitone.tickets.store.transfers import read_terms
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.holder import find_holder, own_ticket


async def name_tickets(deps: Deps, *, holder_id: str, names: Mapping[str, str]) -> None:
    """Put these names on the holder's tickets (ticket id → name): all of them, or none. Codes stay as they are.

    The caller has checked who asks. Raises `TransferNotFound`, `TicketNotFound`, `TicketRefunded`,
    `TicketTransferred`, `TicketUsed`, `NamesClosed`.
    """
    holder = await find_holder(deps, holder_id)
    chosen = [own_ticket(holder, ticket_id) for ticket_id in sorted(names)]
    booking_id = holder.booking.id
    async with deps.pool.connection() as conn, conn.transaction():
        terms = await read_terms(conn, holder.event.id)
        check_names_open(holder.event, asks_names=terms.asks_names, now=deps.now())
        named = await store.name_tickets(
            conn,
            holder.event.id,
            booking_id,
            [(held.ticket.ticket_id, held.ticket.index, held.version, names[held.ticket.ticket_id]) for held in chosen],
        )
        if len(named) < len(chosen):  # since the holder's tickets were read
            lives = await store.read_tickets(conn, [held.ticket.ticket_id for held in chosen], booking_id)
            raise TicketUsed if any(life.admitted_at for life in lives.values()) else TicketTransferred
        places = {(booking_id, held.ticket.index) for held in chosen}
        if await deps.lock_sold_places(conn, places) != places:
            raise TicketRefunded  # what was written is rolled back
