"""Documents of events that were read: venues and performers come in two statements, whatever their number."""

from admitone.catalogue.contracts import EventDocument
from admitone.catalogue.domain.documents import event_document
from admitone.catalogue.domain.event import Event
from admitone.catalogue.store.performers import read_performers
from admitone.catalogue.store.venues import read_venues
from admitone.kit.postgres import Connection


async def shape_documents(conn: Connection, events: list[Event]) -> list[EventDocument]:
    """Return the events' documents, with their venues and performers read in two statements."""
    venues = await read_venues(conn, list({event.venue_id for event in events if event.venue_id is not None}))
    performers = await read_performers(conn, list({id_ for event in events for id_ in event.performer_ids}))
    return [event_document(event, venues, performers) for event in events]
