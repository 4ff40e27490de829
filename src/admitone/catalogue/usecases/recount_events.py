"""Performers and venues know how many published events they have: it says how much they are wanted."""

from admitone.catalogue.domain.event import Event
from admitone.catalogue.store.performers import recount_performers
from admitone.catalogue.store.venues import recount_venues
from admitone.kit.postgres import Connection


async def recount_events(conn: Connection, event: Event, previous: Event | None) -> None:
    """Refresh the numbers of events where this one may have come or gone."""
    performers = set(event.performer_ids) | set(previous.performer_ids if previous else ())
    venues = {event.venue_id, previous.venue_id if previous else None} - {None}
    await recount_performers(conn, organization_id=event.organization_id, performer_ids=sorted(performers))
    await recount_venues(
        conn, organization_id=event.organization_id, venue_ids=sorted(venue for venue in venues if venue)
    )
