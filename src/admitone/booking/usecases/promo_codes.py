"""Promo codes of an organization: create, read, list, change, delete."""

from collections.abc import Callable

import psycopg

from admitone.booking.domain.promo import PromoCode, promo_key
from admitone.booking.domain.promo_draft import PromoDraft, build_promo, promo_draft_of
from admitone.booking.domain.refusals import HasSales, PromoCodeExists, PromoCodeNotFound
from admitone.booking.store import promos as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.revisions import Revisions, check_version


async def create_promo_code(deps: OrganizerDeps, *, organization_id: str, draft: PromoDraft) -> PromoCode:
    """Create a code and return it. Raises `InvalidBody` with every fault, `PromoCodeExists`."""
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


async def read_promo_code(deps: OrganizerDeps, *, organization_id: str, promo_id: str) -> tuple[PromoCode, int]:
    """Return a code and how often it is used. Raises `PromoCodeNotFound`, for another organization's too."""
    async with deps.booking.pool.connection() as conn:
        promo = await store.read_promo(conn, organization_id, promo_id)
        if promo is None:
            raise PromoCodeNotFound
        uses = await store.count_uses(conn, [promo_id])
    return promo, uses.get(promo_id, 0)


async def list_promo_codes(
    deps: OrganizerDeps, *, organization_id: str, event_id: str | None, batch_id: str | None, page: int, size: int
) -> tuple[list[tuple[PromoCode, int]], int]:
    """Return a page of (code, uses), the newest first, and the total. `event_id`: only codes that are valid for this
    event. `batch_id`: only codes of this batch; `none`: only codes that were made alone."""
    async with deps.booking.pool.connection() as conn:
        found, total = await store.list_promos(
            conn, organization_id=organization_id, event_id=event_id, batch_id=batch_id, page=page, size=size
        )
        uses = await store.count_uses(conn, [promo.id for promo in found])
    return [(promo, uses.get(promo.id, 0)) for promo in found], total


async def change_promo_code(
    deps: OrganizerDeps,
    *,
    organization_id: str,
    promo_id: str,
    edit: Callable[[PromoDraft], PromoDraft],
    expected: Revisions | None = None,
) -> tuple[PromoCode, int]:
    """Store the draft that `edit` returns for the current one; return the code and how often it is used.

    Bookings keep the price of their hold.

    Raises `PromoCodeNotFound`, `VersionMismatch`, `InvalidBody`, `PromoCodeExists`.
    """
    async with deps.booking.pool.connection() as conn:
        seen = await store.read_promo(conn, organization_id, promo_id)
    if seen is None:
        raise PromoCodeNotFound
    draft = edit(promo_draft_of(seen))
    # Read before a row is locked: the catalogue is another slice.
    terms = None if draft.event_id is None else await deps.read_sale_terms(draft.event_id)
    async with deps.booking.pool.connection() as conn, conn.transaction():
        previous = await store.lock_promo(conn, organization_id, promo_id)
        if previous is None:
            raise PromoCodeNotFound
        check_version(expected, previous.revision)
        check_version(frozenset({seen.revision}), previous.revision)  # `draft` is based on this revision
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


async def delete_promo_code(
    deps: OrganizerDeps, *, organization_id: str, promo_id: str, expected: Revisions | None = None
) -> PromoCode:
    """Delete a code that was never used, and return it; a used one is ended instead (`ends_at`).

    Raises `PromoCodeNotFound`, `VersionMismatch`, `HasSales`.
    """
    async with deps.booking.pool.connection() as conn, conn.transaction():
        promo = await store.lock_promo(conn, organization_id, promo_id)
        if promo is None:
            raise PromoCodeNotFound
        check_version(expected, promo.revision)
        if not await store.delete_promo(conn, promo):
            raise HasSales("Bookings were made with this code: let it end instead (ends_at).")
    return promo
