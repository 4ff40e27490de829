"""All published events, a stretch at a time, for building an index."""

from admitone.catalogue.contracts import EventDocument
from admitone.catalogue.store.events import scan_published_events
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.shape_documents import shape_documents

LIMIT_MAX = 5_000


async def scan_documents(deps: Deps, after_id: str, limit: int) -> list[EventDocument]:
    """Return at most `limit` documents with ids behind `after_id`, in id order; none at the end.

    Bound to its `deps` it is a `contracts.ScanDocuments`.
    """
    async with deps.pool.connection() as conn:
        events = await scan_published_events(conn, after_id=after_id, limit=min(limit, LIMIT_MAX))
        return await shape_documents(conn, events)
