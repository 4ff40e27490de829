"""Terms of sale in versions, and the version that the buyer of a booking agreed to."""

from collections.abc import Sequence
from typing import Any

from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection, Pool
from admitone.kit.refusal import InvalidBody
from admitone.organizers.contracts.settings import Agreement, KeptAgreement, Terms
from admitone.organizers.domain.number_limits import Limited
from admitone.organizers.store import terms as store
from admitone.organizers.usecases.credentials.check_number import check_organization_number
from admitone.organizers.usecases.deps import Deps


async def publish_terms(deps: Deps, organization_id: str, *, url: str | None, body: str | None) -> Terms:
    """Publish the next version: an address or the words. With neither, buyers agree to no terms from now on.

    Raises `InvalidBody`, `LimitReached`.
    """
    if url is not None and body is not None:
        raise InvalidBody([("/body", "Give the address of the terms or their words, not both.")])
    async with deps.pool.connection() as conn, conn.transaction():
        await check_organization_number(conn, Limited.TERMS, organization_id=organization_id, now=deps.now())
        return await store.insert_terms(
            conn, organization_id, terms_id=new_id("trm"), url=url, body=body, now=deps.now()
        )


async def list_terms(deps: Deps, organization_id: str) -> list[Terms]:
    """Return all versions, the newest first."""
    async with deps.pool.connection() as conn:
        return await store.list_terms(conn, organization_id, limit=Limited.TERMS.most)


async def is_terms_of(deps: Deps, organization_id: str, terms_id: str) -> bool:
    """Bound to its `deps` it is a `contracts.IsTermsOf`. A version never changes, so what is known is remembered."""
    if deps.known_terms.get(terms_id) == organization_id:
        return True
    async with deps.pool.connection() as conn:
        is_known = await store.is_terms_of(conn, organization_id, terms_id)
    if is_known:
        deps.known_terms[terms_id] = organization_id
    return is_known


async def record_agreements(deps: Deps, conn: Connection, agreements: Sequence[Agreement]) -> None:
    """Bound to its `deps` it is a `contracts.RecordAgreements`."""
    if agreements:
        await store.record_agreements(conn, agreements, now=deps.now())


async def read_agreement(deps: Deps, organization_id: str, booking_id: str) -> KeptAgreement | None:
    """Bound to its `deps` it is a `contracts.ReadAgreement`."""
    async with deps.pool.connection() as conn:
        return await store.read_agreement(conn, organization_id, booking_id)


async def list_agreements(pool: Pool, booking_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return what the buyers of these bookings agreed to (`contracts.settings.ListAgreements`)."""
    async with pool.connection() as conn:
        return await store.list_agreements(conn, booking_ids)
