"""Write events and tell who follows, in the caller's transaction: the one way an event ever changes."""

from admitone.catalogue.contracts import EventsChanged
from admitone.catalogue.domain.event import Event, sale_terms
from admitone.catalogue.domain.refusals import VersionMismatch
from admitone.catalogue.store.events import upsert_events
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.recount_events import recount_events
from admitone.kit.postgres import Connection


async def store_events(deps: Deps, conn: Connection, events: list[Event], *, previous: Event | None = None) -> None:
    """Write the events' new revisions and announce them. `previous` is the one that is replaced, if one.

    Raises `VersionMismatch` where a row is not the revision before: cannot happen to a caller who locked it.
    """
    written = await upsert_events(conn, events)
    if len(written) != len(events):
        raise VersionMismatch("It has changed since you loaded it. Read it again.")
    await deps.announce(conn, EventsChanged(tuple(sale_terms(event) for event in events)))
    if len(events) == 1:
        await recount_events(conn, events[0], previous)
