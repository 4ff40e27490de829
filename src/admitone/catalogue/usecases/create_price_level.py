"""One more price level of an event."""

import msgspec

from admitone.catalogue.contracts import PriceLevel
from admitone.catalogue.domain.drafts import EventDraft, PriceLevelDraft
from admitone.catalogue.domain.event import Event
from admitone.catalogue.usecases.change_event import change_event
from admitone.catalogue.usecases.deps import Deps


async def create_price_level(
    deps: Deps, *, organization_id: str, event_id: str, draft: PriceLevelDraft, if_match: str | None = None
) -> tuple[Event, PriceLevel]:
    """Return the event and its new level. Raises what `change_event` raises."""

    def edit(event: EventDraft) -> EventDraft:
        added = msgspec.structs.replace(draft, id=None)
        return msgspec.structs.replace(event, price_levels=(*event.price_levels, added))

    event = await change_event(deps, organization_id=organization_id, event_id=event_id, edit=edit, if_match=if_match)
    return event, event.price_levels[-1]
