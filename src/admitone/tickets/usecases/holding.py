"""Entry points of a ticket's holder: show its codes on the screen or on paper, and transfer it to another person."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, TicketLink, sold_at
from admitone.catalogue.contracts import EventDocument
from admitone.tickets.domain.barcode import paper_code, screen_code
from admitone.tickets.domain.links import FIRST_VERSION, is_booking_signature, sign_ticket, transfer_token
from admitone.tickets.domain.refusals import TicketNotFound, TicketTransferred, TicketUsed, TooManyTickets
from admitone.tickets.domain.ticket_id import TicketName
from admitone.tickets.domain.transfer_rules import offer_deadline
from admitone.tickets.store import tickets as store
from admitone.tickets.store.tickets import TicketLife
from admitone.tickets.store.transfers import read_terms
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.ticket import (
    check_booking_token,
    find_own_ticket,
    find_ticket,
    read_bought,
    read_sold,
)


class TicketPass(Struct, frozen=True):
    """Admission for one person: the ticket, its event, and its current codes."""

    booking: Booking
    ticket: BookedTicket
    event: EventDocument
    life: TicketLife
    screen_code: str
    paper_code: str


TICKETS_OF_DOCUMENT_MAX = 100
"""A document of 100 pages is drawn in 3 s."""


class TransferredTicket(Struct, frozen=True):
    """For the recipient: links that show the ticket, and the token that lets them transfer it in turn."""

    links: TicketLink
    transfer_token: str


async def read_pass(deps: Deps, *, ticket_id: str, signature: str | None, bearer: str | None) -> TicketPass:
    """Return the codes to the bearer of a signed link or of the booking's token.

    Raises `TicketNotFound`; `TicketTransferred` if the link or token was valid before a transfer.
    """
    found = await find_ticket(deps, ticket_id=ticket_id, signature=signature, bearer=bearer)
    events = await deps.read_documents((found.name.event_id,))
    if not events:
        raise TicketNotFound
    return _pass(deps, events[0], found.booking, found.ticket, found.life)


def _pass(deps: Deps, event: EventDocument, booking: Booking, ticket: BookedTicket, life: TicketLife) -> TicketPass:
    name = TicketName(booking.event_id, ticket.index)
    now, version = deps.now(), life.version
    # The time of the sale, not of the request: a code says exactly which sale of the place it belongs to, also where
    # the place goes from this buyer to the next while the code is made. Older codes belong to an earlier buyer.
    issued_at = sold_at(booking, ticket) or now
    return TicketPass(
        booking,
        ticket,
        event,
        life,
        screen_code(deps.keys.newest, name, version=version, now=now, issued_at=issued_at),
        paper_code(deps.keys.newest, name, version=version, now=issued_at),
    )


async def read_booking_passes(
    deps: Deps, *, booking_id: str, signature: str | None, bearer: str | None
) -> tuple[TicketPass, ...]:
    """Return the tickets that the buyer still has, in the order of the booking, to the bearer of the booking's signed
    link or token: neither refunded nor transferred ones.

    Raises `TicketNotFound` where there are none, too; `TooManyTickets`.
    """
    if signature is None and bearer is not None:
        await check_booking_token(deps, booking_id, bearer)
    elif signature is None or not is_booking_signature(deps.keys, booking_id, signature):
        raise TicketNotFound
    return await list_passes(deps, booking_id)


async def list_passes(deps: Deps, booking_id: str) -> tuple[TicketPass, ...]:
    """As `read_booking_passes`, without a check of the caller."""
    booking = await read_bought(deps, booking_id)
    events = await deps.read_documents((booking.event_id,))
    if not events:
        raise TicketNotFound
    live = [ticket for ticket in booking.tickets if not ticket.refunded]
    async with deps.pool.connection() as conn:
        lives = await store.read_tickets(conn, [ticket.ticket_id for ticket in live], booking_id)
    own = [(ticket, lives.get(ticket.ticket_id, TicketLife())) for ticket in live]
    own = [(ticket, life) for ticket, life in own if life.version == FIRST_VERSION]
    if not own:
        raise TicketNotFound
    await read_sold(deps, TicketName(booking.event_id, own[0][0].index))  # not while the money is in dispute
    if len(own) > TICKETS_OF_DOCUMENT_MAX:
        raise TooManyTickets(len(own), TICKETS_OF_DOCUMENT_MAX)
    return tuple(_pass(deps, events[0], booking, ticket, life) for ticket, life in own)


async def transfer_ticket(
    deps: Deps, *, ticket_id: str, signature: str | None, bearer: str | None, holder_name: str
) -> TransferredTicket:
    """Transfer the ticket to `holder_name`: the old code becomes void at once, and so do the giver's links and token.

    Raises `TicketNotFound`, `TicketTransferred`, `TicketUsed`, `TransferNotAllowed`, `TransfersClosed`.
    """
    found = await find_own_ticket(deps, ticket_id=ticket_id, signature=signature, bearer=bearer)
    events = await deps.read_documents((found.name.event_id,))
    if not events:
        raise TicketNotFound
    async with deps.pool.connection() as conn, conn.transaction():
        terms = await read_terms(conn, found.name.event_id)
        offer_deadline(events[0], is_allowed=terms.is_allowed, ends_at=terms.ends_at, now=deps.now())
        version = await store.transfer_ticket(
            conn,
            found.name,
            booking_id=found.booking.id,
            version=found.life.version,
            holder_name=holder_name,
            transferred_at=deps.now(),
        )
        if version is None:
            life = await store.read_ticket(conn, ticket_id, found.booking.id)
            raise TicketUsed if life.admitted_at else TicketTransferred
        if not await deps.lock_sold_places(conn, [(found.booking.id, found.ticket.index)]):
            raise TicketNotFound  # refunded since the booking was read; what was written is rolled back
    return TransferredTicket(
        sign_ticket(deps.keys, ticket_id, found.booking.id, version),
        transfer_token(deps.keys, ticket_id, found.booking.id, version),
    )
