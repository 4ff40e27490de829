"""One promo code, and how often it is used."""

from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.refusals import PromoCodeNotFound
from admitone.booking.store import promos as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.organizers.contracts import Role


async def read_promo_code(deps: OrganizerDeps, *, authorization: str | None, promo_id: str) -> tuple[PromoCode, int]:
    """Raises `NotAuthenticated`, `RoleMissing`, `PromoCodeNotFound`, for another organization's too."""
    organization_id = (await deps.authenticate(authorization, Role.BOX_OFFICE)).organization_id
    async with deps.booking.pool.connection() as conn:
        promo = await store.read_promo(conn, organization_id, promo_id)
        if promo is None:
            raise PromoCodeNotFound
        uses = await store.count_uses(conn, [promo_id])
    return promo, uses.get(promo_id, 0)
