"""Published events as search and pages see them, by id."""

from admitone.catalogue.contracts import EventDocument
from admitone.catalogue.store.events import read_published_events
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.shape_documents import shape_documents


async def read_documents(deps: Deps, event_ids: tuple[str, ...]) -> list[EventDocument]:
    """Return documents in the order of the ids; what is not published is left out.

    Bound to its `deps` it is a `contracts.ReadDocuments`.
    """
    if not event_ids:
        return []
    async with deps.pool.connection() as conn:
        events = {
            published_event.id: published_event
            for published_event in await read_published_events(conn, list(event_ids))
        }
        return await shape_documents(conn, [events[event_id] for event_id in event_ids if event_id in events])
