"""Remove a promo code that nobody used; one that was used is ended instead (`ends_at`)."""

from admitone.booking.domain.refusals import HasSales, PromoCodeNotFound, check_version
from admitone.booking.store import promos as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.organizers.contracts import Role


async def delete_promo_code(
    deps: OrganizerDeps, *, authorization: str | None, promo_id: str, if_match: str | None = None
) -> None:
    """Raises `NotAuthenticated`, `RoleMissing`, `PromoCodeNotFound`, `VersionMismatch`, `HasSales`."""
    organization_id = (await deps.authenticate(authorization, Role.MANAGER)).organization_id
    async with deps.booking.pool.connection() as conn, conn.transaction():
        promo = await store.lock_promo(conn, organization_id, promo_id)
        if promo is None:
            raise PromoCodeNotFound
        check_version(if_match, promo.revision)
        if not await store.delete_promo(conn, promo):
            raise HasSales("Bookings were made with this code: let it end instead (ends_at).")
