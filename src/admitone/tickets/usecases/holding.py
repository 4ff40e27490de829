"""Entry points of a ticket's holder: show its codes on the screen or on paper, and transfer it to another person."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, TicketLink
from admitone.catalogue.contracts import EventDocument
from admitone.tickets.domain.barcode import paper_code, screen_code
from admitone.tickets.domain.links import sign_ticket, transfer_token
from admitone.tickets.domain.refusals import TicketNotFound, TicketTransferred, TicketUsed
from admitone.tickets.store import tickets as store
from admitone.tickets.store.tickets import TicketLife
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.ticket import find_own_ticket, find_ticket


class TicketPass(Struct, frozen=True):
    """Admission for one person: the ticket, its event, and its current codes."""

    booking: Booking
    ticket: BookedTicket
    event: EventDocument
    life: TicketLife
    screen_code: str
    paper_code: str


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
    now, version = deps.now(), found.life.version
    # Never before the sale, even if a clock is behind: older codes belong to an earlier buyer of the place.
    issued_at = max(now, found.booking.confirmed_at or now)
    return TicketPass(
        found.booking,
        found.ticket,
        events[0],
        found.life,
        screen_code(deps.keys.newest, found.name, version=version, now=now, issued_at=issued_at),
        paper_code(deps.keys.newest, found.name, version=version, now=issued_at),
    )


async def transfer_ticket(
    deps: Deps, *, ticket_id: str, signature: str | None, bearer: str | None, holder_name: str
) -> TransferredTicket:
    """Transfer the ticket to `holder_name`: the old code becomes void at once, and so do the giver's links and token.

    Raises `TicketNotFound`, `TicketTransferred`, `TicketUsed`, `TransferNotAllowed`.
    """
    found = await find_own_ticket(deps, ticket_id=ticket_id, signature=signature, bearer=bearer)
    async with deps.pool.connection() as conn:
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
    return TransferredTicket(
        sign_ticket(deps.keys, ticket_id, found.booking.id, version),
        transfer_token(deps.keys, ticket_id, found.booking.id, version),
    )
