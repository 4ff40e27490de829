"""Price levels of an event: create, read, change, delete. Their version is the event's."""

from collections.abc import Callable

import msgspec

from admitone.catalogue.contracts import EventNotFound, PriceLevel
from admitone.catalogue.domain.drafts import AreaDraft, EventDraft, PriceLevelDraft
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.price_levels import event_id_of
from admitone.catalogue.domain.refusals import HasSales, PriceLevelNotFound
from admitone.catalogue.store.events import read_event
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.events import change_event
from admitone.kit.revisions import Revisions
from admitone.organizers.contracts import Identity


async def create_price_level(
    deps: Deps, *, organization_id: str, event_id: str, draft: PriceLevelDraft, expected: Revisions | None = None
) -> tuple[Event, PriceLevel]:
    """Return the event and its new level. Raises what `change_event` raises."""

    def edit(event: EventDraft) -> EventDraft:
        added = msgspec.structs.replace(draft, id=None)
        return msgspec.structs.replace(event, price_levels=(*event.price_levels, added))

    event = await change_event(deps, organization_id=organization_id, event_id=event_id, edit=edit, expected=expected)
    return event, event.price_levels[-1]


async def read_price_level(deps: Deps, *, organization_id: str, price_level_id: str) -> tuple[Event, PriceLevel]:
    """Return the event that the id names, and the level. Raises `PriceLevelNotFound`, also for another organization."""
    async with deps.pool.connection() as conn:
        event = await read_event(conn, organization_id=organization_id, event_id=event_id_of(price_level_id))
    for level in event.price_levels if event else ():
        if event is not None and level.id == price_level_id:
            return event, level
    raise PriceLevelNotFound


async def change_price_level(
    deps: Deps,
    *,
    organization_id: str,
    price_level_id: str,
    edit: Callable[[PriceLevelDraft], PriceLevelDraft],
    expected: Revisions | None = None,
    made_by: Identity | None = None,
) -> tuple[Event, PriceLevel]:
    """Change price, name or categories; live holds keep their price. `made_by` as in `change_event`.

    Raises `PriceLevelNotFound` and what `change_event` raises. `expected` are revisions of the event.
    """

    def edit_event(event: EventDraft) -> EventDraft:
        old = next((level for level in event.price_levels if level.id == price_level_id), None)
        if old is None:
            raise PriceLevelNotFound
        new = msgspec.structs.replace(edit(old), id=price_level_id)
        levels = tuple(new if level.id == price_level_id else level for level in event.price_levels)
        areas = tuple(_renamed(area, old.name, new.name) for area in event.general_admission)
        return msgspec.structs.replace(event, price_levels=levels, general_admission=areas)

    event = await _change_event_of(deps, organization_id, price_level_id, edit_event, expected, made_by)
    return event, next(level for level in event.price_levels if level.id == price_level_id)


async def delete_price_level(
    deps: Deps, *, organization_id: str, price_level_id: str, expected: Revisions | None = None
) -> PriceLevelDraft:
    """Remove a level without areas from an event without sales, and return it.

    Raises `PriceLevelNotFound`, `HasSales` and what `change_event` raises. `expected` are revisions of the event.
    """
    sold = await deps.has_sales((event_id_of(price_level_id),))
    removed: list[PriceLevelDraft] = []

    def edit(event: EventDraft) -> EventDraft:
        removed[:] = [level for level in event.price_levels if level.id == price_level_id]
        if not removed:
            raise PriceLevelNotFound
        if sold:
            raise HasSales("Tickets of this event are sold: its price levels stay.")
        levels = tuple(level for level in event.price_levels if level.id != price_level_id)
        return msgspec.structs.replace(event, price_levels=levels)

    await _change_event_of(deps, organization_id, price_level_id, edit, expected)
    return removed[0]


async def _change_event_of(
    deps: Deps,
    organization_id: str,
    price_level_id: str,
    edit: Callable[[EventDraft], EventDraft],
    expected: Revisions | None,
    made_by: Identity | None = None,
) -> Event:
    event_id = event_id_of(price_level_id)
    try:
        return await change_event(
            deps, organization_id=organization_id, event_id=event_id, edit=edit, expected=expected, made_by=made_by
        )
    except EventNotFound as error:
        raise PriceLevelNotFound from error


def _renamed(area: AreaDraft, old_name: str, new_name: str) -> AreaDraft:
    return msgspec.structs.replace(area, price_level=new_name) if area.price_level == old_name else area
