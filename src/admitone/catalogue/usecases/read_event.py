"""One event, for its organizer."""

from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.refusals import EventNotFound
from admitone.catalogue.store import events as store
from admitone.catalogue.usecases.deps import Deps


async def read_event(deps: Deps, *, organization_id: str, event_id: str) -> Event:
    """Raises `EventNotFound`, for another organization's too."""
    async with deps.pool.connection() as conn:
        event = await store.read_event(conn, organization_id=organization_id, event_id=event_id)
    if event is None:
        raise EventNotFound
    return event
