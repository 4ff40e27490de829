"""One price level, found by the event that its id names."""

from admitone.catalogue.contracts import PriceLevel
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.price_levels import event_id_of
from admitone.catalogue.domain.refusals import PriceLevelNotFound
from admitone.catalogue.store.events import read_event
from admitone.catalogue.usecases.deps import Deps


async def read_price_level(deps: Deps, *, organization_id: str, price_level_id: str) -> tuple[Event, PriceLevel]:
    """Return the event and the level. Raises `PriceLevelNotFound`, for another organization's too."""
    async with deps.pool.connection() as conn:
        event = await read_event(conn, organization_id=organization_id, event_id=event_id_of(price_level_id))
    for level in event.price_levels if event else ():
        if event is not None and level.id == price_level_id:
            return event, level
    raise PriceLevelNotFound
