"""Give a ticket to somebody else: the old code dies at once."""

from msgspec import Struct

from admitone.booking.contracts import TicketLink
from admitone.tickets.domain.links import sign_ticket, transfer_token
from admitone.tickets.domain.refusals import TicketTransferred, TicketUsed
from admitone.tickets.store import tickets as store
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.find_ticket import find_own_ticket


class TransferredTicket(Struct, frozen=True):
    """For the recipient: links that show the ticket, and the token that lets them transfer it in turn."""

    links: TicketLink
    transfer_token: str


async def transfer_ticket(
    deps: Deps, *, ticket_id: str, signature: str | None, bearer: str | None, holder_name: str
) -> TransferredTicket:
    """Give the ticket to `holder_name`; the giver's links and token no longer open it.

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
