"""Remove a promo code that nobody used; one that was used is ended instead (`ends_at`)."""

from admitone.booking.domain.refusals import HasSales, PromoCodeNotFound
from admitone.booking.store import promos as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.revisions import Revisions, check_version


async def delete_promo_code(
    deps: OrganizerDeps, *, organization_id: str, promo_id: str, expected: Revisions | None = None
) -> None:
    """Raises `PromoCodeNotFound`, `VersionMismatch`, `HasSales`."""
    async with deps.booking.pool.connection() as conn, conn.transaction():
        promo = await store.lock_promo(conn, organization_id, promo_id)
        if promo is None:
            raise PromoCodeNotFound
        check_version(expected, promo.revision)
        if not await store.delete_promo(conn, promo):
            raise HasSales("Bookings were made with this code: let it end instead (ends_at).")
