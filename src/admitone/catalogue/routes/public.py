"""Public reading: cacheable, without cookies."""

import gzip
from typing import Any

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.geometry_columns import COLUMNS_VERSION
from admitone.catalogue.domain.views import performer_view, venue_view
from admitone.catalogue.routes.access import Given
from admitone.catalogue.routes.parameters import A_MINUTE, BRIEFLY, FOR_EVER, Words
from admitone.catalogue.schemas.public import (
    EventDetails,
    PublicPerformerList,
    PublicPerformerWithEvents,
    PublicSeries,
    PublicVenueList,
    PublicVenueWithEvents,
)
from admitone.catalogue.usecases.browsing import (
    browse_performers,
    browse_venues,
    get_event_view,
    get_performer_view,
    get_seat_map_columns,
    get_seat_map_view,
    get_series_view,
    get_venue_view,
)
from admitone.kit.http.caching import IfNoneMatch, etag_of, is_current, not_modified, shared_answer
from admitone.kit.http.negotiation import takes_gzip
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_members


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
async def read_event_details(deps: Given, event_id: FromPath[str], if_none_match: IfNoneMatch = None) -> Response[Any]:
    return shared_answer(await get_event_view(deps, event_id), if_none_match, BRIEFLY)


@get(
    "/events/series/{series_id:str}",
    operation_id="readSeries",
    summary="Get a series with its coming dates",
    tags=["Find and view"],
    responses=_answers(PublicSeries, 400, 404),
)
async def read_public_series(
    deps: Given, series_id: FromPath[str], page: PageNumber = 0, size: PageSize = 50, if_none_match: IfNoneMatch = None
) -> Response[Any]:
    return shared_answer(await get_series_view(deps, series_id, page=page, size=size), if_none_match, BRIEFLY)


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
    return _drawing(request, packed, digest, if_none_match)


@get(f"/seat-maps/{{seat_map_id:str}}/columns/{COLUMNS_VERSION}", include_in_schema=False)
async def read_seat_map_columns(
    request: AnyRequest, deps: Given, seat_map_id: FromPath[str], if_none_match: IfNoneMatch = None
) -> Response[Any]:
    """Serve the pages' own form of the geometry. Clients of the API read `/seat-maps/{seat_map_id}`."""
    packed, digest = await get_seat_map_columns(deps, seat_map_id=seat_map_id)
    return _drawing(request, packed, digest, if_none_match)


def _drawing(request: AnyRequest, packed: bytes, digest: str, if_none_match: str | None) -> Response[Any]:
    plain_etag, packed_etag = etag_of(digest), etag_of(f"{digest}-gzip")
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    is_packed = takes_gzip(request.headers.get("accept-encoding", ""))
    headers["ETag"] = packed_etag if is_packed else plain_etag
    if is_current(if_none_match, plain_etag, packed_etag):
        return not_modified(headers)
    if is_packed:
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
    deps: Given, venue_id: FromPath[str], page: PageNumber = 0, size: PageSize = 50, if_none_match: IfNoneMatch = None
) -> Response[Any]:
    return shared_answer(await get_venue_view(deps, venue_id, page=page, size=size), if_none_match, BRIEFLY)


@get(
    "/performers/{performer_id:str}",
    operation_id="readPerformer",
    summary="Get a performer with their coming events",
    tags=["Find and view"],
    responses=_answers(PublicPerformerWithEvents, 400, 404),
)
async def read_public_performer(
    deps: Given,
    performer_id: FromPath[str],
    page: PageNumber = 0,
    size: PageSize = 50,
    if_none_match: IfNoneMatch = None,
) -> Response[Any]:
    return shared_answer(await get_performer_view(deps, performer_id, page=page, size=size), if_none_match, BRIEFLY)


@get(
    "/venues",
    operation_id="listVenues",
    summary="List venues, those with most events first",
    tags=["Find and view"],
    responses=_answers(PublicVenueList, 400),
)
async def browse_venues_route(
    deps: Given, q: Words = "", page: PageNumber = 0, size: PageSize = 20, if_none_match: IfNoneMatch = None
) -> Response[Any]:
    venues, total = await browse_venues(deps, q=q, page=page, size=size)
    body = {"venues": [venue_view(venue) for venue in venues], "page": page_members(page, size, total)}
    return shared_answer(body, if_none_match, A_MINUTE)


@get(
    "/performers",
    operation_id="listPerformers",
    summary="List performers, those with most events first",
    tags=["Find and view"],
    responses=_answers(PublicPerformerList, 400),
)
async def browse_performers_route(
    deps: Given, q: Words = "", page: PageNumber = 0, size: PageSize = 20, if_none_match: IfNoneMatch = None
) -> Response[Any]:
    performers, total = await browse_performers(deps, q=q, page=page, size=size)
    body = {
        "performers": [performer_view(performer) for performer in performers],
        "page": page_members(page, size, total),
    }
    return shared_answer(body, if_none_match, A_MINUTE)
