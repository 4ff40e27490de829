"""Give a ticket to somebody else: the old code dies at once."""

from admitone.tickets.domain.links import TicketLinks, sign_ticket
from admitone.tickets.domain.refusals import TicketTransferred, TicketUsed
from admitone.tickets.store import tickets as store
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.find_ticket import find_ticket


async def transfer_ticket(
    deps: Deps, *, ticket_id: str, signature: str | None, authorization: str | None, holder_name: str
) -> TicketLinks:
    """Links for the new holder; those of the giver, and the booking's token, no longer open this ticket.

    Raises `TicketNotFound`, `TicketTransferred`, `TicketUsed`.
    """
    found = await find_ticket(deps, ticket_id=ticket_id, signature=signature, authorization=authorization)
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
    return sign_ticket(deps.keys, ticket_id, found.booking.id, version)
