"""Find what a holder has: the buyer by the booking, a friend by the transfer that was accepted."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking
from admitone.catalogue.contracts import EventDocument
from admitone.tickets.contracts import TRANSFER_PREFIX
from admitone.tickets.domain.links import FIRST_VERSION
from admitone.tickets.domain.refusals import (
    TicketNotFound,
    TicketRefunded,
    TicketTransferred,
    TicketUsed,
    TransferNotFound,
)
from admitone.tickets.store.tickets import TicketLife, read_tickets
from admitone.tickets.store.transfers import StoredTransfer, read_transfer
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.ticket import read_bought


class HolderTicket(Struct, frozen=True):
    """`version`: the one that this holder got. `is_own`: it is still the ticket's."""

    ticket: BookedTicket
    life: TicketLife
    version: int

    @property
    def is_own(self) -> bool:
        return self.life.version == self.version


class Holder(Struct, frozen=True):
    """`transfer`: by which the holder got the tickets; None: the buyer."""

    id: str
    booking: Booking
    event: EventDocument
    tickets: tuple[HolderTicket, ...]
    transfer: StoredTransfer | None


async def find_holder(deps: Deps, holder_id: str) -> Holder:
    """Return the holder, without a check of the caller. Raises `TransferNotFound`, `TicketNotFound`."""
    transfer = None
    if holder_id.startswith(TRANSFER_PREFIX):
        async with deps.pool.connection() as conn:
            transfer = await read_transfer(conn, transfer_id=holder_id, now=deps.now())
        if transfer is None or transfer.state != "accepted":
            raise TransferNotFound
    booking = await read_bought(deps, transfer.booking_id if transfer else holder_id)
    events = await deps.read_documents((booking.event_id,))
    if not events:
        raise TicketNotFound
    versions = {ticket.index: ticket.version + 1 for ticket in transfer.tickets} if transfer else None
    tickets = [ticket for ticket in booking.tickets if versions is None or ticket.index in versions]
    async with deps.pool.connection() as conn:
        lives = await read_tickets(conn, [ticket.ticket_id for ticket in tickets], booking.id)
    held = tuple(
        HolderTicket(
            ticket,
            lives.get(ticket.ticket_id, TicketLife()),
            FIRST_VERSION if versions is None else versions[ticket.index],
        )
        for ticket in tickets
    )
    return Holder(holder_id, booking, events[0], held, transfer)


def own_ticket(holder: Holder, ticket_id: str) -> HolderTicket:
    """Return a ticket that its holder may change. Raises `TicketNotFound`, `TicketRefunded`, `TicketTransferred`,
    `TicketUsed`."""
    held = next((held for held in holder.tickets if held.ticket.ticket_id == ticket_id), None)
    if held is None:
        raise TicketNotFound
    if held.ticket.refunded:
        raise TicketRefunded
    if not held.is_own:
        raise TicketTransferred
    if held.life.admitted_at is not None:
        raise TicketUsed
    return held
