"""`/organizer/price-levels`: the price levels of an event one by one. Their version is the event's."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.catalogue.contracts import PriceLevel
from admitone.catalogue.domain.drafts import PriceLevelDraft
from admitone.catalogue.domain.event import Event
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.routes.answers import IfMatch, refusals, versioned
from admitone.catalogue.schemas.organizer import PriceLevelList, PriceLevelView, page_of, price_level_view
from admitone.catalogue.schemas.patches import PriceLevelPatch, apply_patch
from admitone.catalogue.schemas.price_levels import EventPriceLevelDraft, level_draft
from admitone.catalogue.usecases.change_price_level import change_price_level
from admitone.catalogue.usecases.create_price_level import create_price_level
from admitone.catalogue.usecases.delete_price_level import delete_price_level
from admitone.catalogue.usecases.read_event import read_event
from admitone.catalogue.usecases.read_price_level import read_price_level

EventId = Annotated[str, QueryParameter(min_length=1, max_length=200, description="The event of the price levels.")]


class OrganizerPriceLevels(Controller):
    path = "/price-levels"

    @get(
        operation_id="listPriceLevels",
        summary="List the price levels of an event in order",
        responses=refusals(400, 401, 403, 404),
    )
    async def list_own(self, deps: Given, identity: Caller, event_id: EventId) -> PriceLevelList:
        event = await read_event(deps, organization_id=identity.organization_id, event_id=event_id)
        levels = [price_level_view(event, price_level) for price_level in event.price_levels]
        return PriceLevelList(levels, page_of(0, max(len(levels), 1), len(levels)))

    @post(
        operation_id="createPriceLevel",
        summary="Add a price level to an event",
        responses=refusals(400, 401, 403, 404, 412, 422),
    )
    async def create(
        self,
        deps: Given,
        identity: Caller,
        data: JSONBody[EventPriceLevelDraft],
        if_match: IfMatch = None,
    ) -> Response[PriceLevelView]:
        event, level = await create_price_level(
            deps,
            organization_id=identity.organization_id,
            event_id=data.event_id,
            draft=level_draft(data),
            if_match=if_match,
        )
        return versioned(price_level_view(event, level), event.revision, location=f"/organizer/price-levels/{level.id}")

    @get(
        "/{price_level_id:str}",
        operation_id="readPriceLevel",
        summary="Get a price level",
        responses=refusals(401, 403, 404),
    )
    async def read(self, deps: Given, identity: Caller, price_level_id: FromPath[str]) -> Response[PriceLevelView]:
        event, level = await read_price_level(
            deps, organization_id=identity.organization_id, price_level_id=price_level_id
        )
        return _answer(event, level)

    @put(
        "/{price_level_id:str}",
        operation_id="replacePriceLevel",
        summary="Replace a price level",
        responses=refusals(400, 401, 403, 404, 409, 412, 422),
    )
    async def replace(
        self,
        deps: Given,
        identity: Caller,
        price_level_id: FromPath[str],
        data: JSONBody[PriceLevelDraft],
        if_match: IfMatch = None,
    ) -> Response[PriceLevelView]:
        event, level = await change_price_level(
            deps,
            organization_id=identity.organization_id,
            price_level_id=price_level_id,
            edit=lambda _: data,
            if_match=if_match,
        )
        return _answer(event, level)

    @patch(
        "/{price_level_id:str}",
        operation_id="changePriceLevel",
        summary="Change members of a price level",
        responses=refusals(400, 401, 403, 404, 409, 412, 422),
    )
    async def change(
        self,
        deps: Given,
        identity: Caller,
        price_level_id: FromPath[str],
        data: JSONBody[PriceLevelPatch],
        if_match: IfMatch = None,
    ) -> Response[PriceLevelView]:
        event, level = await change_price_level(
            deps,
            organization_id=identity.organization_id,
            price_level_id=price_level_id,
            edit=lambda draft: apply_patch(draft, data),
            if_match=if_match,
        )
        return _answer(event, level)

    @delete(
        "/{price_level_id:str}",
        operation_id="deletePriceLevel",
        summary="Delete a price level of an event without sales",
        responses=refusals(401, 403, 404, 409, 412, 422),
    )
    async def remove(
        self,
        deps: Given,
        identity: Caller,
        price_level_id: FromPath[str],
        if_match: IfMatch = None,
    ) -> None:
        await delete_price_level(
            deps,
            organization_id=identity.organization_id,
            price_level_id=price_level_id,
            if_match=if_match,
        )


def _answer(event: Event, level: PriceLevel) -> Response[PriceLevelView]:
    return versioned(price_level_view(event, level), event.revision)
