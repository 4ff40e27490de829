"""An organization's promo codes, the newest first."""

from admitone.booking.domain.promo import PromoCode
from admitone.booking.store import promos as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps


async def list_promo_codes(
    deps: OrganizerDeps, *, organization_id: str, event_id: str | None, page: int, size: int
) -> tuple[list[tuple[PromoCode, int]], int]:
    """Return a page of (code, uses) and the total. `event_id`: those that this event takes."""
    async with deps.booking.pool.connection() as conn:
        found, total = await store.list_promos(
            conn, organization_id=organization_id, event_id=event_id, page=page, size=size
        )
        uses = await store.count_uses(conn, [promo.id for promo in found])
    return [(promo, uses.get(promo.id, 0)) for promo in found], total
