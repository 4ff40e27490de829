"""A new promo code."""

from admitone.booking.domain.promo import PromoCode, promo_key
from admitone.booking.domain.promo_draft import PromoDraft, build_promo
from admitone.booking.domain.refusals import PromoCodeExists
from admitone.booking.store import promos as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps


async def create_promo_code(deps: OrganizerDeps, *, organization_id: str, draft: PromoDraft) -> PromoCode:
    """Raises `InvalidBody` with every fault, `PromoCodeExists`."""
    promo = build_promo(
        draft,
        promo_id=deps.booking.new_id("prm"),
        organization_id=organization_id,
        terms=None if draft.event_id is None else await deps.read_sale_terms(draft.event_id),
        now=deps.booking.now(),
    )
    async with deps.booking.pool.connection() as conn:
        if not await store.insert_promo(conn, promo):
            known = await store.read_promo_by_code(conn, organization_id, promo_key(promo.code))
            raise PromoCodeExists(known.id if known else None)
    return promo
