"""Another reach, discount or limit of a promo code. Bookings keep the price that they were held at."""

from collections.abc import Callable

import psycopg

from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.promo_draft import PromoDraft, build_promo, promo_draft_of
from admitone.booking.domain.refusals import PromoCodeExists, PromoCodeNotFound
from admitone.booking.store import promos as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.revisions import Revisions, check_version


async def change_promo_code(
    deps: OrganizerDeps,
    *,
    organization_id: str,
    promo_id: str,
    edit: Callable[[PromoDraft], PromoDraft],
    expected: Revisions | None = None,
) -> tuple[PromoCode, int]:
    """Store what `edit` makes of the current draft; return it and how often it is used.

    Raises `PromoCodeNotFound`, `VersionMismatch`, `InvalidBody`, `PromoCodeExists`.
    """
    async with deps.booking.pool.connection() as conn:
        seen = await store.read_promo(conn, organization_id, promo_id)
    if seen is None:
        raise PromoCodeNotFound
    draft = edit(promo_draft_of(seen))
    # Asked before a row is locked: the catalogue is another slice.
    terms = None if draft.event_id is None else await deps.read_sale_terms(draft.event_id)
    async with deps.booking.pool.connection() as conn, conn.transaction():
        previous = await store.lock_promo(conn, organization_id, promo_id)
        if previous is None:
            raise PromoCodeNotFound
        check_version(expected, previous.revision)
        check_version(frozenset({seen.revision}), previous.revision)  # `draft` is laid on what was seen
        promo = build_promo(
            draft,
            promo_id=promo_id,
            organization_id=organization_id,
            terms=terms,
            now=deps.booking.now(),
            previous=previous,
        )
        try:
            await store.update_promo(conn, promo)
        except psycopg.errors.UniqueViolation as error:
            raise PromoCodeExists(None) from error
        uses = await store.count_uses(conn, [promo_id])
    return promo, uses.get(promo_id, 0)
