"""Find an event for the gates and the organizer of its own organization."""

from admitone.catalogue.contracts import NOT_IN_ORGANIZATION, EventDocument
from admitone.tickets.domain.refusals import EventNotFound
from admitone.tickets.usecases.deps import Deps


async def find_event(deps: Deps, *, organization_id: str, event_id: str) -> EventDocument:
    """Raises `EventNotFound`, for another organization's event too."""
    events = await deps.read_documents((event_id,))
    if not events or events[0].organization_id != organization_id:
        raise EventNotFound(event_id, NOT_IN_ORGANIZATION)
    return events[0]
