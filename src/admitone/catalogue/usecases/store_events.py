"""Write events and tell who follows, in the caller's transaction: the one way an event ever changes."""

from admitone.catalogue.contracts import EventsChanged
from admitone.catalogue.domain.event import Event, sale_terms
from admitone.catalogue.domain.refusals import VersionMismatch
from admitone.catalogue.store.events import upsert_events
from admitone.catalogue.store.performers import recount_performers
from admitone.catalogue.store.venues import recount_venues
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.postgres import Connection


async def store_events(deps: Deps, conn: Connection, events: list[Event], *, previous: Event | None = None) -> None:
    """Write the events' new revisions and announce them. `previous` is the one that is replaced, if one.

    Raises `VersionMismatch` where a row is not the revision before: cannot happen to a caller who locked it.
    """
    written = await upsert_events(conn, events)
    if len(written) != len(events):
        raise VersionMismatch("It was changed meanwhile. Read it again.")
    await deps.announce(conn, EventsChanged(tuple(sale_terms(event) for event in events)))
    if len(events) == 1:
        await recount(conn, events[0], previous)


async def recount(conn: Connection, event: Event, previous: Event | None) -> None:
    """Refresh the numbers of events where this one may have come or gone."""
    performers = set(event.performer_ids) | set(previous.performer_ids if previous else ())
    venues = {event.venue_id, previous.venue_id if previous else None} - {None}
    await recount_performers(conn, organization_id=event.organization_id, performer_ids=sorted(performers))
    await recount_venues(conn, organization_id=event.organization_id, venue_ids=sorted(one for one in venues if one))
