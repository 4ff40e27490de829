"""An event does not take place: its sale ends for good, it stays visible. Doing it twice changes nothing."""

from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.life import cancelled
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.move_event import move_event


async def cancel_event(deps: Deps, *, organization_id: str, event_id: str, if_match: str | None = None) -> Event:
    """Raises `EventNotFound`, `VersionMismatch`."""
    return await move_event(deps, organization_id=organization_id, event_id=event_id, step=cancelled, if_match=if_match)
