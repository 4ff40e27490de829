"""Delete an event without ticket holders."""

import msgspec

from admitone.catalogue.contracts import EventsChanged
from admitone.catalogue.domain.event import sale_terms
from admitone.catalogue.domain.refusals import EventNotFound, HasSales, check_version
from admitone.catalogue.store import events as store
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.recount_events import recount_events


async def delete_event(deps: Deps, *, organization_id: str, event_id: str, if_match: str | None = None) -> None:
    """Raises `EventNotFound`, `VersionMismatch`, `HasSales`. Followers are told that it is not published."""
    sold = await deps.has_sales((event_id,))
    async with deps.pool.connection() as conn, conn.transaction():
        event = await store.lock_event(conn, organization_id=organization_id, event_id=event_id)
        if event is None:
            raise EventNotFound
        check_version(if_match, event.revision)
        if sold:
            raise HasSales("Tickets of this event are sold: cancel it instead.")
        gone = msgspec.structs.replace(event, revision=event.revision + 1, published=False)
        await store.delete_event(conn, organization_id=organization_id, event_id=event_id)
        await deps.announce(conn, EventsChanged((sale_terms(gone),)))
        await recount_events(conn, gone, event)
