"""Make an event invisible again, as long as nobody holds a ticket for it."""

from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.life import withdrawn
from admitone.catalogue.domain.refusals import HasSales
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.move_event import move_event


async def withdraw_event(deps: Deps, *, organization_id: str, event_id: str, if_match: str | None = None) -> Event:
    """Raises `EventNotFound`, `VersionMismatch`, `HasSales`."""
    sold = await deps.has_sales((event_id,))

    def step(event: Event) -> Event:
        if sold and event.published:
            raise HasSales("Tickets of this event are sold: cancel it instead.")
        return withdrawn(event)

    return await move_event(deps, organization_id=organization_id, event_id=event_id, step=step, if_match=if_match)
