"""One promo code, and how often it is used."""

from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.refusals import PromoCodeNotFound
from admitone.booking.store import promos as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps


async def read_promo_code(deps: OrganizerDeps, *, organization_id: str, promo_id: str) -> tuple[PromoCode, int]:
    """Raises `PromoCodeNotFound`, for another organization's too."""
    async with deps.booking.pool.connection() as conn:
        promo = await store.read_promo(conn, organization_id, promo_id)
        if promo is None:
            raise PromoCodeNotFound
        uses = await store.count_uses(conn, [promo_id])
    return promo, uses.get(promo_id, 0)
