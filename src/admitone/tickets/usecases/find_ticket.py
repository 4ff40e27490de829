"""Find a sold ticket for whoever may see it."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking
from admitone.kit.refusal import Kind, Refusal
from admitone.tickets.domain.links import FIRST_VERSION, signed_version
from admitone.tickets.domain.refusals import TicketNotFound, TicketTransferred
from admitone.tickets.domain.ticket_id import TicketName, parse_ticket_id
from admitone.tickets.store.tickets import TicketLife, read_ticket
from admitone.tickets.usecases.deps import Deps

_BEARER = "bearer "
_TOKEN_CHARACTERS_MAX = 200


class FoundTicket(Struct, frozen=True):
    name: TicketName
    booking: Booking
    ticket: BookedTicket
    life: TicketLife


async def find_ticket(deps: Deps, *, ticket_id: str, signature: str | None, authorization: str | None) -> FoundTicket:
    """By a link's signature, else by `Authorization: Bearer <booking_token>`.

    Raises `TicketNotFound`, `TicketTransferred`.
    """
    name = parse_ticket_id(ticket_id)
    if name is None:
        raise TicketNotFound
    booking, ticket = await read_sold(deps, name)
    if signature is not None:
        shown_version = signed_version(deps.keys, ticket_id, booking.id, signature)
        if shown_version is None:
            raise TicketNotFound
    else:
        await _check_token(deps, booking, authorization)
        shown_version = FIRST_VERSION  # the buyer's
    async with deps.pool.connection() as conn:
        life = await read_ticket(conn, ticket_id, booking.id)
    if life.version != shown_version:
        raise TicketTransferred
    return FoundTicket(name, booking, ticket, life)


async def read_sold(deps: Deps, name: TicketName) -> tuple[Booking, BookedTicket]:
    """Raises `TicketNotFound` where nobody holds it."""
    try:
        return await deps.read_sold_ticket(name.event_id, name.index)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise TicketNotFound from refusal
        raise


async def _check_token(deps: Deps, booking: Booking, authorization: str | None) -> None:
    if authorization is None or not authorization.lower().startswith(_BEARER):
        raise TicketNotFound
    token = authorization[len(_BEARER) :].strip()[:_TOKEN_CHARACTERS_MAX]
    try:
        await deps.read_booking(booking.id, token)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise TicketNotFound from refusal
        raise
