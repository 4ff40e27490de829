"""Make an event visible; followers create its tickets and open its sale. Doing it twice changes nothing."""

from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.life import published
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.move_event import move_event


async def publish_event(deps: Deps, *, organization_id: str, event_id: str, if_match: str | None = None) -> Event:
    """Raises `EventNotFound`, `VersionMismatch`, `InvalidBody` where its prices sell nothing."""
    return await move_event(deps, organization_id=organization_id, event_id=event_id, step=published, if_match=if_match)
