"""What an organizer wants of transfers: whether they are allowed, until when, and whether tickets show names."""

from admitone.tickets.store import transfers as store
from admitone.tickets.store.transfers import StoredTerms as TransferTerms
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.event import find_event

__all__ = ("TransferTerms", "read_transfer_terms", "set_transfer_terms")


async def read_transfer_terms(deps: Deps, *, organization_id: str, event_id: str) -> TransferTerms:
    """Raises `EventNotFound`, for another organization's event too."""
    await find_event(deps, organization_id=organization_id, event_id=event_id)
    async with deps.pool.connection() as conn:
        return await store.read_terms(conn, event_id)


async def set_transfer_terms(
    deps: Deps, *, organization_id: str, event_id: str, terms: TransferTerms
) -> tuple[TransferTerms, TransferTerms]:
    """Replace the terms; return what they were, and are.

    Open offers can be accepted only as the new terms allow. Raises as `read_transfer_terms`."""
    await find_event(deps, organization_id=organization_id, event_id=event_id)
    async with deps.pool.connection() as conn, conn.transaction():
        before = await store.read_terms(conn, event_id)
        await store.write_terms(conn, event_id, terms)
    return before, terms
