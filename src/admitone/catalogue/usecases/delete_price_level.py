"""Remove a price level that no area is sold at, from an event without sales."""

import msgspec

from admitone.catalogue.domain.drafts import EventDraft
from admitone.catalogue.domain.price_levels import event_id_of
from admitone.catalogue.domain.refusals import EventNotFound, HasSales, PriceLevelNotFound
from admitone.catalogue.usecases.change_event import change_event
from admitone.catalogue.usecases.deps import Deps


async def delete_price_level(
    deps: Deps, *, organization_id: str, price_level_id: str, if_match: str | None = None
) -> None:
    """Raises `PriceLevelNotFound`, `HasSales` and what `change_event` raises; `if_match` is the event's version."""
    event_id = event_id_of(price_level_id)
    sold = await deps.has_sales((event_id,))

    def edit(event: EventDraft) -> EventDraft:
        if all(price_level.id != price_level_id for price_level in event.price_levels):
            raise PriceLevelNotFound
        if sold:
            raise HasSales("Tickets of this event are sold: its price levels stay.")
        levels = tuple(price_level for price_level in event.price_levels if price_level.id != price_level_id)
        return msgspec.structs.replace(event, price_levels=levels)

    try:
        await change_event(deps, organization_id=organization_id, event_id=event_id, edit=edit, if_match=if_match)
    except EventNotFound as error:
        raise PriceLevelNotFound from error
