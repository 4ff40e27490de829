"""Write events and announce them, in the caller's transaction. Every change of an event goes through here."""

from admitone.catalogue.contracts import EventsChanged
from admitone.catalogue.domain.event import Event, sale_terms
from admitone.catalogue.store.events import upsert_events
from admitone.catalogue.store.performers import recount_performers
from admitone.catalogue.store.venues import recount_venues
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.pictures import request_pictures
from admitone.kit.postgres import Connection
from admitone.kit.revisions import VersionMismatch


async def store_events(deps: Deps, conn: Connection, events: list[Event], *, previous: Event | None = None) -> None:
    """Write the events' new revisions and announce them. `previous`: the event that is replaced.

    Raises `VersionMismatch` where a row has another revision than the one before; never for a caller that has locked
    the row.
    """
    written = await upsert_events(conn, events)
    if len(written) != len(events):
        raise VersionMismatch
    await request_pictures(deps, conn, events)
    await deps.announce(conn, EventsChanged(tuple(sale_terms(event) for event in events)))
    if len(events) == 1:
        await recount_events(conn, events[0], previous)


async def recount_events(conn: Connection, event: Event, previous: Event | None) -> None:
    """Count the published events of the performers and venues that this event gained or lost."""
    performers = set(event.performer_ids) | set(previous.performer_ids if previous else ())
    venues = {venue_id for venue_id in (event.venue_id, previous.venue_id if previous else None) if venue_id}
    await recount_performers(conn, organization_id=event.organization_id, performer_ids=sorted(performers))
    await recount_venues(conn, organization_id=event.organization_id, venue_ids=sorted(venues))
