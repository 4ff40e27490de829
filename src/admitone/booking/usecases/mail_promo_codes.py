"""Mail the codes of a batch to the people whom they are for, each once."""

from admitone.booking.contracts import PersonalCode
from admitone.booking.domain.promo_batch import BatchUse
from admitone.booking.domain.promo_refusals import CodesAreNotMailed, NoOneToMail
from admitone.booking.store import promo_batches as store
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.promo_batches import read_promo_batch


async def mail_promo_batch(deps: OrganizerDeps, *, organization_id: str, batch_id: str) -> BatchUse:
    """Order a mail to each person of the batch who was not mailed before; return the batch after it.

    Raises `PromoBatchNotFound`, `CodesAreNotMailed`, `NoOneToMail`.
    """
    await read_promo_batch(deps, organization_id=organization_id, batch_id=batch_id)
    if deps.announce_personal_codes is None:
        raise CodesAreNotMailed
    async with deps.booking.pool.connection() as conn, conn.transaction():
        now = deps.booking.now()
        codes = await store.mark_codes_mailed(conn, organization_id, batch_id, now=now)
        await deps.announce_personal_codes(conn, codes)
    after = await read_promo_batch(deps, organization_id=organization_id, batch_id=batch_id)
    if not codes and not after.mailed:  # read afterwards: a second click at the same moment is no refusal
        raise NoOneToMail
    return after


async def find_personal_code(deps: Deps, promo_id: str) -> PersonalCode | None:
    """Return the code as it is now; None if it is deleted, or its person was erased."""
    async with deps.pool.connection() as conn:
        found = await store.read_personal_code(conn, promo_id)
    if found is None:
        return None
    promo, uses = found
    assert promo.recipient_email is not None, "it is for one person"
    return PersonalCode(
        id=promo.id,
        organization_id=promo.organization_id,
        code=promo.code,
        recipient=promo.recipient_email,
        event_id=promo.event_id,
        percent=promo.percent,
        amount=promo.amount,
        currency=promo.currency,
        uses_left=None if promo.uses_max is None else max(0, promo.uses_max - uses),
        starts_at=promo.starts_at,
        ends_at=promo.ends_at,
    )
