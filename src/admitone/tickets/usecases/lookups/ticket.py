"""Find a sold ticket for a caller who may see it, or who may transfer it."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking
from admitone.kit.refusal import Kind, Refusal
from admitone.tickets.domain.links import FIRST_VERSION, is_transfer_token, signed_version
from admitone.tickets.domain.refusals import TicketNotFound, TicketTransferred, TransferNotAllowed
from admitone.tickets.domain.ticket_id import TicketName, parse_ticket_id
from admitone.tickets.store.tickets import TicketLife, read_ticket
from admitone.tickets.usecases.deps import Deps


class FoundTicket(Struct, frozen=True):
    name: TicketName
    booking: Booking
    ticket: BookedTicket
    life: TicketLife


async def find_ticket(deps: Deps, *, ticket_id: str, signature: str | None, bearer: str | None) -> FoundTicket:
    """Find a ticket to show, by a link's signature, else by `bearer`, a booking token or a transfer token.

    Raises `TicketNotFound`, `TicketTransferred`.
    """
    found = await _find(deps, ticket_id)
    if signature is None:
        return await _held(deps, found, bearer)
    return _of_version(found, signed_version(deps.keys, ticket_id, found.booking.id, signature))


async def find_own_ticket(deps: Deps, *, ticket_id: str, signature: str | None, bearer: str | None) -> FoundTicket:
    """Find a ticket to transfer, by `bearer`, a booking token or a transfer token.

    Raises `TransferNotAllowed` (the caller has only a link that shows it), `TicketNotFound`, `TicketTransferred`.
    """
    if bearer is None and signature is not None:
        await find_ticket(deps, ticket_id=ticket_id, signature=signature, bearer=None)
        raise TransferNotAllowed
    return await _held(deps, await _find(deps, ticket_id), bearer)


async def _find(deps: Deps, ticket_id: str) -> FoundTicket:
    name = parse_ticket_id(ticket_id)
    if name is None:
        raise TicketNotFound
    booking, ticket = await read_sold(deps, name)
    async with deps.pool.connection() as conn:
        life = await read_ticket(conn, ticket_id, booking.id)
    return FoundTicket(name, booking, ticket, life)


async def _held(deps: Deps, found: FoundTicket, bearer: str | None) -> FoundTicket:
    """Return the ticket where the token is its holder's: the buyer's (first version) or the recipient's."""
    if bearer is None:
        raise TicketNotFound
    if is_transfer_token(deps.keys, found.name.ticket_id, found.booking.id, found.life.version, bearer):
        return found
    await check_booking_token(deps, found.booking.id, bearer)
    return _of_version(found, FIRST_VERSION)


def _of_version(found: FoundTicket, version: int | None) -> FoundTicket:
    if version is None:
        raise TicketNotFound
    if version != found.life.version:
        raise TicketTransferred
    return found


async def read_sold(deps: Deps, name: TicketName) -> tuple[Booking, BookedTicket]:
    """Return a sold ticket, without a check of the caller. Raises `TicketNotFound` where it is not sold."""
    try:
        return await deps.read_sold_ticket(name.event_id, name.index)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise TicketNotFound from refusal
        raise


async def read_bought(deps: Deps, booking_id: str) -> Booking:
    """Return a bought booking, without a check of the caller. Raises `TicketNotFound` if it does not exist."""
    try:
        return await deps.read_bought_booking(booking_id)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise TicketNotFound from refusal
        raise


async def check_booking_token(deps: Deps, booking_id: str, token: str) -> None:
    """Raises `TicketNotFound`."""
    try:
        await deps.read_booking(booking_id, token)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise TicketNotFound from refusal
        raise
