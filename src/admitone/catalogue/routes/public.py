"""What everybody may read: cacheable, without cookies."""

import gzip
from http import HTTPStatus
from typing import Annotated, Any

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter

from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.views import page_view, performer_view, venue_view
from admitone.catalogue.routes.access import Given
from admitone.catalogue.routes.answers import (
    A_MINUTE,
    BRIEFLY,
    FOR_EVER,
    AnyRequest,
    PageNumber,
    PageSize,
    Words,
    is_known,
    refusals,
    shared_answer,
)
from admitone.catalogue.schemas.public import (
    EventDetails,
    PublicPerformerList,
    PublicPerformerWithEvents,
    PublicVenueList,
    PublicVenueWithEvents,
)
from admitone.catalogue.usecases.browse_performers import browse_performers
from admitone.catalogue.usecases.browse_venues import browse_venues
from admitone.catalogue.usecases.get_event_view import get_event_view
from admitone.catalogue.usecases.get_performer_view import get_performer_view
from admitone.catalogue.usecases.get_seat_map_view import get_seat_map_view
from admitone.catalogue.usecases.get_venue_view import get_venue_view

IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match", max_length=1_000)]


def _answers(shape: type[Any], *statuses: int) -> dict[int, ResponseSpec]:
    found = ResponseSpec(data_container=shape, description="Found.", generate_examples=False)
    unchanged = ResponseSpec(data_container=None, description="The client's copy is current.")
    return {200: found, 304: unchanged, **refusals(*statuses)}


@get(
    "/events/details/{event_id:str}",
    operation_id="readEventDetails",
    summary="Get an event with everything that a buyer needs",
    tags=["Find and view"],
    responses=_answers(EventDetails, 404),
)
async def read_event_details(
    request: AnyRequest, deps: Given, event_id: FromPath[str], if_none_match: IfNoneMatch = None
) -> Response[Any]:
    return shared_answer(request, await get_event_view(deps, event_id), BRIEFLY)


@get(
    "/seat-maps/{seat_map_id:str}",
    operation_id="readSeatMap",
    summary="Get the geometry of a seat map; it never changes",
    tags=["Find and view"],
    responses=_answers(Geometry, 404),
)
async def read_public_seat_map(
    request: AnyRequest, deps: Given, seat_map_id: FromPath[str], if_none_match: IfNoneMatch = None
) -> Response[Any]:
    packed, digest = await get_seat_map_view(deps, seat_map_id=seat_map_id)
    plain_etag, packed_etag = f'"{digest}"', f'"{digest}-gzip"'
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "").lower()
    headers["ETag"] = packed_etag if takes_gzip else plain_etag
    if is_known(request, plain_etag, packed_etag):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers, media_type="application/json")
    if takes_gzip:
        headers["Content-Encoding"] = "gzip"
        return Response(packed, headers=headers, media_type="application/json")
    return Response(gzip.decompress(packed), headers=headers, media_type="application/json")


@get(
    "/venues/{venue_id:str}",
    operation_id="readVenue",
    summary="Get a venue with its coming events",
    tags=["Find and view"],
    responses=_answers(PublicVenueWithEvents, 400, 404),
)
async def read_public_venue(
    request: AnyRequest,
    deps: Given,
    venue_id: FromPath[str],
    page: PageNumber = 0,
    size: PageSize = 50,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    return shared_answer(request, await get_venue_view(deps, venue_id, page=page, size=size), BRIEFLY)


@get(
    "/performers/{performer_id:str}",
    operation_id="readPerformer",
    summary="Get a performer with their coming events",
    tags=["Find and view"],
    responses=_answers(PublicPerformerWithEvents, 400, 404),
)
async def read_public_performer(
    request: AnyRequest,
    deps: Given,
    performer_id: FromPath[str],
    page: PageNumber = 0,
    size: PageSize = 50,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    return shared_answer(request, await get_performer_view(deps, performer_id, page=page, size=size), BRIEFLY)


@get(
    "/venues",
    operation_id="listVenues",
    summary="List venues, those with most events first",
    tags=["Find and view"],
    responses=_answers(PublicVenueList, 400),
)
async def browse_venues_route(
    request: AnyRequest,
    deps: Given,
    q: Words = "",
    page: PageNumber = 0,
    size: PageSize = 20,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    venues, total = await browse_venues(deps, q=q, page=page, size=size)
    body = {"venues": [venue_view(venue) for venue in venues], "page": page_view(page, size, total)}
    return shared_answer(request, body, A_MINUTE)


@get(
    "/performers",
    operation_id="listPerformers",
    summary="List performers, those with most events first",
    tags=["Find and view"],
    responses=_answers(PublicPerformerList, 400),
)
async def browse_performers_route(
    request: AnyRequest,
    deps: Given,
    q: Words = "",
    page: PageNumber = 0,
    size: PageSize = 20,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    performers, total = await browse_performers(deps, q=q, page=page, size=size)
    body = {"performers": [performer_view(performer) for performer in performers], "page": page_view(page, size, total)}
    return shared_answer(request, body, A_MINUTE)
