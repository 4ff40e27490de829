"""Documents of events, performers and venues for search and pages. Bound to its `deps`, each is a call of
`contracts`."""

from admitone.catalogue.contracts import EventDocument, NamedDocuments
from admitone.catalogue.domain.documents import event_document, performer_document, venue_document
from admitone.catalogue.domain.event import Event
from admitone.catalogue.store.events import read_published_events, scan_published_events
from admitone.catalogue.store.named import scan_named_ids
from admitone.catalogue.store.performers import read_performers
from admitone.catalogue.store.venues import read_venues
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.pictures import shown_images
from admitone.kit.postgres import Connection
from admitone.kit.read_pool import Answer, Position, Read

LIMIT_MAX = 5_000


async def read_documents(deps: Deps, event_ids: tuple[str, ...]) -> list[EventDocument]:
    """Return the documents of the published events, in the order of the ids (`contracts.ReadDocuments`)."""
    if not event_ids:
        return []
    async with deps.pool.connection() as conn:
        return await read_documents_on(conn, event_ids)


async def read_documents_on(conn: Connection, event_ids: tuple[str, ...]) -> list[EventDocument]:
    """As `read_documents`, on the connection of a transaction: a second one could wait for the first."""
    events = {event.id: event for event in await read_published_events(conn, list(event_ids))}
    return await shape_documents(conn, [events[event_id] for event_id in event_ids if event_id in events])


async def scan_documents(
    deps: Deps, after_id: str, limit: int, *, since: Position | None = None
) -> list[EventDocument]:
    """Return at most `limit` documents with ids after `after_id`, in id order (`contracts.ScanDocuments`).

    An empty list is the end. An index is built from many such lists. `since`: a replica that has this position may
    answer; without it the primary does.
    """

    async def read(conn: Connection) -> list[EventDocument]:
        events = await scan_published_events(conn, after_id=after_id, limit=min(limit, LIMIT_MAX))
        return await shape_documents(conn, events)

    return await _scan(deps, read, since)


async def read_named(deps: Deps, ids: tuple[str, ...]) -> NamedDocuments:
    """Return performers and venues of any organization as search suggests them (`contracts.ReadNamedDocuments`)."""
    async with deps.pool.connection() as conn:
        performers = await read_performers(conn, list(ids))
        venues = await read_venues(conn, list(ids))
    return NamedDocuments(
        tuple(performer_document(performer) for performer in performers.values()),
        tuple(venue_document(venue) for venue in venues.values()),
    )


async def scan_named(deps: Deps, after_id: str, limit: int, *, since: Position | None = None) -> tuple[str, ...]:
    """Return at most `limit` ids of performers and venues after `after_id`, in id order (`contracts.ScanNamed`).

    `since` is as in `scan_documents`.
    """
    return await _scan(deps, lambda conn: scan_named_ids(conn, after_id=after_id, limit=min(limit, LIMIT_MAX)), since)


async def _scan(deps: Deps, read: Read[Answer], since: Position | None) -> Answer:
    if since is not None:
        return await deps.read_pool.read(read, since=since)
    async with deps.pool.connection() as conn:
        return await read(conn)


async def shape_documents(conn: Connection, events: list[Event]) -> list[EventDocument]:
    """Return the events' documents. What any number of events refer to is read in three statements."""
    venues = await read_venues(conn, list({event.venue_id for event in events if event.venue_id is not None}))
    performers = await read_performers(conn, list({id_ for event in events for id_ in event.performer_ids}))
    images = await shown_images(conn, events)
    return [event_document(event, venues, performers, image=images.get(event.id)) for event in events]
