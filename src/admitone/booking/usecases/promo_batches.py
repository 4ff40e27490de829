"""Batches of promo codes: create, list, read with the use of each code, end."""

import secrets

from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.promo_batch import (
    CODES_MAX,
    SUFFIXES,
    BatchUse,
    PromoBatchDraft,
    batch_of,
    codes_of,
    recipients_of,
    rule_of,
)
from admitone.booking.domain.promo_draft import build_promo
from admitone.booking.domain.promo_refusals import PromoBatchNotFound, TooManyPromoCodes
from admitone.booking.store import promo_batches as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps


async def create_promo_batch(deps: OrganizerDeps, *, organization_id: str, draft: PromoBatchDraft) -> BatchUse:
    """Make all codes of a batch, or none. Raises `InvalidBody` with every fault, `TooManyPromoCodes`."""
    new_id, missing = deps.booking.new_id, recipients_of(draft)
    count = len(missing)
    rule = build_promo(
        rule_of(draft),
        promo_id=new_id("pbt"),
        organization_id=organization_id,
        terms=None if draft.event_id is None else await deps.read_sale_terms(draft.event_id),
        now=deps.booking.now(),
    )
    async with deps.booking.pool.connection() as conn, conn.transaction():
        codes = await store.lock_batches(conn, organization_id)
        if codes + count > CODES_MAX:
            raise TooManyPromoCodes(codes=codes, codes_max=CODES_MAX)
        await store.insert_batch(conn, batch_of(rule, count))
        while missing:  # a code that exists already is made again; of 2^49 suffixes that is rare
            made_now = codes_of(rule, [(new_id("prm"), secrets.randbelow(SUFFIXES), each) for each in missing])
            new = await store.insert_batch_codes(conn, made_now)
            pairs = zip(made_now, missing, strict=True)
            missing = [recipient for promo, recipient in pairs if promo.id not in new]
        [made], _ = await store.list_batches(conn, organization_id, batch_id=rule.id)
    return made


async def list_promo_batches(
    deps: OrganizerDeps, *, organization_id: str, page: int, size: int
) -> tuple[list[BatchUse], int]:
    """Return a page of batches with their use, the newest first, and the total."""
    async with deps.booking.pool.connection() as conn:
        return await store.list_batches(conn, organization_id, page=page, size=size)


async def read_promo_batch(deps: OrganizerDeps, *, organization_id: str, batch_id: str) -> BatchUse:
    """Raises `PromoBatchNotFound`, for another organization's too."""
    async with deps.booking.pool.connection() as conn:
        found, _ = await store.list_batches(conn, organization_id, batch_id=batch_id)
    if not found:
        raise PromoBatchNotFound
    return found[0]


async def list_promo_batch_codes(
    deps: OrganizerDeps, *, organization_id: str, batch_id: str
) -> list[tuple[PromoCode, int]]:
    """Return every code of a batch with its uses. Raises `PromoBatchNotFound`."""
    async with deps.booking.pool.connection() as conn:
        if not (await store.list_batches(conn, organization_id, batch_id=batch_id))[0]:
            raise PromoBatchNotFound
        return await store.list_batch_codes(conn, organization_id, batch_id)


async def end_promo_batch(deps: OrganizerDeps, *, organization_id: str, batch_id: str) -> BatchUse:
    """End every code of a batch now; bookings keep the price of their hold. Raises `PromoBatchNotFound`."""
    async with deps.booking.pool.connection() as conn, conn.transaction():
        if not await store.end_batch(conn, organization_id, batch_id, now=deps.booking.now()):
            raise PromoBatchNotFound
    return await read_promo_batch(deps, organization_id=organization_id, batch_id=batch_id)
