"""What admits one person: the ticket, its event, and the codes of this moment."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking
from admitone.catalogue.contracts import EventDocument
from admitone.tickets.domain.barcode import paper_code, screen_code
from admitone.tickets.domain.refusals import TicketNotFound
from admitone.tickets.store.tickets import TicketLife
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.find_ticket import find_ticket


class TicketPass(Struct, frozen=True):
    booking: Booking
    ticket: BookedTicket
    event: EventDocument
    life: TicketLife
    screen_code: str
    paper_code: str


async def read_pass(deps: Deps, *, ticket_id: str, signature: str | None, bearer: str | None) -> TicketPass:
    """The pass, for whoever has a signed link or the booking's token.

    Raises `TicketNotFound`; `TicketTransferred` where the link or token was good before a transfer.
    """
    found = await find_ticket(deps, ticket_id=ticket_id, signature=signature, bearer=bearer)
    events = await deps.read_documents((found.name.event_id,))
    if not events:
        raise TicketNotFound
    now, version = deps.now(), found.life.version
    # Never older than its sale, whichever clock is behind: older codes are of whoever had bought the place before.
    issued_at = max(now, found.booking.confirmed_at or now)
    return TicketPass(
        found.booking,
        found.ticket,
        events[0],
        found.life,
        screen_code(deps.keys.newest, found.name, version=version, now=now, issued_at=issued_at),
        paper_code(deps.keys.newest, found.name, version=version, now=issued_at),
    )
