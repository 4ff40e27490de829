"""How an event takes tickets back and offers freed places: its organizer decides."""

from admitone.booking.contracts.resale import ResaleTerms, ReturnMode, WaitingListMode
from admitone.booking.domain.refusals import EventNotFound
from admitone.booking.store import resale_terms as store
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.sale_plan import check_own_event
from admitone.booking.usecases.waiting_draw import prepare_draw
from admitone.kit.refusal import InvalidBody


async def get_resale_terms(deps: Deps, *, event_id: str) -> ResaleTerms:
    """Return the terms of an event; those of an event without its own are the defaults."""
    async with deps.pool.connection() as conn:
        return await store.read_resale_terms(conn, event_id)


async def get_own_resale_terms(deps: Deps, *, organization_id: str, event_id: str) -> ResaleTerms:
    """Raises `EventNotFound` (also another organization's, or a draft)."""
    async with deps.pool.connection() as conn:
        await check_own_event(conn, organization_id, event_id)
        return await store.read_resale_terms(conn, event_id)


async def put_resale_terms(
    deps: Deps, *, organization_id: str, event_id: str, terms: ResaleTerms
) -> tuple[ResaleTerms, ResaleTerms]:
    """Replace the terms; return what they were, and are.

    Without a waiting list, all entries end. A draw is made once: after it, the order stays.

    Raises `EventNotFound`, `InvalidBody` (a draw without its moment; returns that are paid when sold, without a list).
    """
    if terms.returns is ReturnMode.WHEN_SOLD and terms.waiting_list is WaitingListMode.OFF:
        raise InvalidBody([("/waiting_list", "Tickets that are refunded when sold are sold to the waiting list.")])
    if terms.waiting_list is WaitingListMode.DRAW and terms.draw_at is None:
        raise InvalidBody([("/draw_at", "Say when the order is drawn.")])
    async with deps.pool.connection() as conn, conn.transaction():
        before = await store.read_resale_terms(conn, event_id)
        if not await store.put_resale_terms(conn, organization_id, event_id, terms):
            raise EventNotFound(event_id)
        if terms.waiting_list is WaitingListMode.DRAW:
            await prepare_draw(conn, event_id)
        else:  # all entries end, or places that the draw withheld are offered
            await deps.defer(conn, OFFER_JOB, event_id=event_id)
    return before, terms
