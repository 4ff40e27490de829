"""`/organizer/price-levels`: the price levels of an event one by one. Their version is the event's."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.catalogue.contracts import PriceLevel
from admitone.catalogue.domain.drafts import PriceLevelDraft
from admitone.catalogue.domain.event import Event
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.schemas.organizer import PriceLevelList, PriceLevelView, price_level_view
from admitone.catalogue.schemas.patches import PriceLevelPatch, apply_patch
from admitone.catalogue.schemas.price_levels import EventPriceLevelDraft, level_draft
from admitone.catalogue.usecases.events import read_event
from admitone.catalogue.usecases.price_levels import (
    change_price_level,
    create_price_level,
    delete_price_level,
    read_price_level,
)
from admitone.kit.http.caching import Expected, versioned
from admitone.kit.http.changes import keep_before, keep_changed
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of

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
        self, deps: Given, identity: Caller, data: JSONBody[EventPriceLevelDraft], expected: Expected
    ) -> Response[PriceLevelView]:
        event, level = await create_price_level(
            deps,
            organization_id=identity.organization_id,
            event_id=data.event_id,
            draft=level_draft(data),
            expected=expected,
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
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        price_level_id: FromPath[str],
        data: JSONBody[PriceLevelDraft],
        expected: Expected,
    ) -> Response[PriceLevelView]:
        event, level = await change_price_level(
            deps,
            organization_id=identity.organization_id,
            price_level_id=price_level_id,
            edit=keep_changed(request.state, lambda _: data),
            expected=expected,
            made_by=identity,
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
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        price_level_id: FromPath[str],
        data: JSONBody[PriceLevelPatch],
        expected: Expected,
    ) -> Response[PriceLevelView]:
        event, level = await change_price_level(
            deps,
            organization_id=identity.organization_id,
            price_level_id=price_level_id,
            edit=keep_changed(request.state, lambda draft: apply_patch(draft, data)),
            expected=expected,
            made_by=identity,
        )
        return _answer(event, level)

    @delete(
        "/{price_level_id:str}",
        operation_id="deletePriceLevel",
        summary="Delete a price level of an event without sales",
        responses=refusals(401, 403, 404, 409, 412, 422),
    )
    async def remove(
        self, request: AnyRequest, deps: Given, identity: Caller, price_level_id: FromPath[str], expected: Expected
    ) -> None:
        level = await delete_price_level(
            deps, organization_id=identity.organization_id, price_level_id=price_level_id, expected=expected
        )
        keep_before(request.state, level)


def _answer(event: Event, level: PriceLevel) -> Response[PriceLevelView]:
    return versioned(price_level_view(event, level), event.revision)
