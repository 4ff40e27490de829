"""Another price, name or reach of a price level. Holds keep the price that they were made at."""

from collections.abc import Callable

import msgspec

from admitone.catalogue.contracts import PriceLevel
from admitone.catalogue.domain.drafts import AreaDraft, EventDraft, PriceLevelDraft
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.price_levels import event_id_of
from admitone.catalogue.domain.refusals import EventNotFound, PriceLevelNotFound
from admitone.catalogue.usecases.change_event import change_event
from admitone.catalogue.usecases.deps import Deps


async def change_price_level(
    deps: Deps,
    *,
    organization_id: str,
    price_level_id: str,
    edit: Callable[[PriceLevelDraft], PriceLevelDraft],
    if_match: str | None = None,
) -> tuple[Event, PriceLevel]:
    """Raises `PriceLevelNotFound` and what `change_event` raises; `if_match` is the event's version."""

    def edit_event(event: EventDraft) -> EventDraft:
        old = next((price_level for price_level in event.price_levels if price_level.id == price_level_id), None)
        if old is None:
            raise PriceLevelNotFound
        new = msgspec.structs.replace(edit(old), id=price_level_id)
        levels = tuple(new if price_level.id == price_level_id else price_level for price_level in event.price_levels)
        areas = tuple(_rename_level(area, old.name, new.name) for area in event.general_admission)
        return msgspec.structs.replace(event, price_levels=levels, general_admission=areas)

    try:
        event = await change_event(
            deps,
            organization_id=organization_id,
            event_id=event_id_of(price_level_id),
            edit=edit_event,
            if_match=if_match,
        )
    except EventNotFound as error:
        raise PriceLevelNotFound from error
    return event, next(price_level for price_level in event.price_levels if price_level.id == price_level_id)


def _rename_level(area: AreaDraft, old_name: str, new_name: str) -> AreaDraft:
    return msgspec.structs.replace(area, price_level=new_name) if area.price_level == old_name else area
