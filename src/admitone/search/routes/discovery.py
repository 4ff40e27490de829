"""HTTP of Ticketmaster's Discovery API v2, for clients that know it: change the base address, nothing else.

`.json` behind a path is optional, `apikey` is accepted and means nothing, what is unknown is ignored. It has no
part in our OpenAPI document: its shapes are not ours.
"""

from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from admitone.kit.fold import fold
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.declared_request import READS_QUERY
from admitone.kit.http.problem import UNAVAILABLE, is_unavailable, on_defect, on_unavailable, problem_parts
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.refusal import Busy, InvalidParameter, Refusal
from admitone.search.domain.discovery.pages import page_shape
from admitone.search.domain.discovery.parameters import (
    Given,
    name_of,
    read_events_asked,
    read_near,
    read_page,
    read_radius_km,
)
from admitone.search.domain.discovery.refusals import DiscoveryRefusal, ResourceNotFound
from admitone.search.domain.discovery.shapes import (
    ROOT,
    attraction_shape,
    classification_shape,
    genre_name,
    genre_shape,
    segment_name,
    segment_shape,
    venue_shape,
)
from admitone.search.routes.find import CACHED, read_pairs
from admitone.search.usecases.deps import Deps, Directory
from admitone.search.usecases.discover_events import discover_event, discover_events, list_classifications
from admitone.search.usecases.discover_named import NamedAsked, discover_named, discover_one
from admitone.search.usecases.discover_suggestions import discover_suggestions

HEADERS = {**CACHED, "Access-Control-Allow-Origin": "*"}
REFUSED_HEADERS = {**NO_STORE, "Access-Control-Allow-Origin": "*"}
Needs = NamedDependency[Deps]


@get(["/events", "/events.json"])
async def list_events(request: AnyRequest, deps: Needs) -> Response[dict[str, Any]]:
    given = _given(request)
    asked = read_events_asked(given)
    rows, total = await discover_events(deps, asked)
    return _answer(page_shape("events", rows, total, asked.page, given))


@get("/events/{resource_id:str}")
async def get_event(deps: Needs, resource_id: FromPath[str]) -> Response[dict[str, Any]]:
    return _answer(await discover_event(deps, _identity(resource_id)))


@get(["/events/{resource_id:str}/images", "/events/{resource_id:str}/images.json"])
async def get_event_images(deps: Needs, resource_id: FromPath[str]) -> Response[dict[str, Any]]:
    event = await discover_event(deps, resource_id)
    links = {"self": {"href": f"{ROOT}/events/{event['id']}/images"}}
    return _answer({"type": "event", "id": event["id"], "images": event["images"], "_links": links})


@get(["/attractions", "/attractions.json"])
async def list_attractions(request: AnyRequest, deps: Needs) -> Response[dict[str, Any]]:
    given = _given(request)
    asked = _read_named_asked(given, genres=_genres(given))
    directory = _directory(deps)
    rows, total = await discover_named(
        directory.list_performers,
        directory.read_performer,
        lambda row: attraction_shape(row, deps.public_url),
        asked,
    )
    return _answer(page_shape("attractions", rows, total, asked.page, given))


@get("/attractions/{resource_id:str}")
async def get_attraction(deps: Needs, resource_id: FromPath[str]) -> Response[dict[str, Any]]:
    performer, coming = await discover_one(_directory(deps).read_performer, _identity(resource_id))
    return _answer(attraction_shape(performer, deps.public_url, coming=coming))


@get(["/venues", "/venues.json"])
async def list_venues(request: AnyRequest, deps: Needs) -> Response[dict[str, Any]]:
    given = _given(request)
    near = read_near(given)
    country = given.single("countryCode")
    asked = _read_named_asked(
        given,
        country_code=country and country.upper(),
        state_codes=tuple(code.upper() for code in given.many("stateCode")),
        city=given.many("city"),
        near=near,
        radius_km=read_radius_km(given) if near is not None else None,
    )
    directory = _directory(deps)
    rows, total = await discover_named(
        directory.list_venues, directory.read_venue, lambda row: venue_shape(row, deps.public_url), asked
    )
    return _answer(page_shape("venues", rows, total, asked.page, given))


@get("/venues/{resource_id:str}")
async def get_venue(deps: Needs, resource_id: FromPath[str]) -> Response[dict[str, Any]]:
    venue, coming = await discover_one(_directory(deps).read_venue, _identity(resource_id))
    return _answer(venue_shape(venue, deps.public_url, coming=coming))


@get(["/classifications", "/classifications.json"])
async def browse_classifications(request: AnyRequest, deps: Needs) -> Response[dict[str, Any]]:
    given = _given(request)
    page = read_page(given)
    words = fold(given.single("keyword") or "")
    genres_of = {
        segment: genres
        for segment, genres in (await list_classifications(deps)).items()
        if any(words in fold(name) for name in (segment, *genres))
    }
    rows = [classification_shape(segment, genres) for segment, genres in genres_of.items()]
    start = page.number * page.size
    return _answer(page_shape("classifications", rows[start : start + page.size], len(rows), page, given))


@get("/classifications/{resource_id:str}")
async def get_classification(deps: Needs, resource_id: FromPath[str]) -> Response[dict[str, Any]]:
    """Of a segment with all its genres, or of a genre inside its segment."""
    identity = _identity(resource_id)
    for segment, genres in (await list_classifications(deps)).items():
        if segment_name(segment)["id"] == identity:
            return _answer(classification_shape(segment, genres))
        for genre in genres:
            if genre_name(genre)["id"] == identity:
                return _answer(classification_shape(segment, [genre]))
    raise ResourceNotFound(identity)


@get("/classifications/{level:str}/{resource_id:str}")
async def get_level(deps: Needs, level: FromPath[str], resource_id: FromPath[str]) -> Response[dict[str, Any]]:
    identity = _identity(resource_id)
    for segment, genres in (await list_classifications(deps)).items():
        if level == "segments" and segment_name(segment)["id"] == identity:
            return _answer(segment_shape(segment, genres))
        if level == "genres":
            for genre in genres:
                if genre_name(genre)["id"] == identity:
                    return _answer(genre_shape(genre))
    raise ResourceNotFound(identity)  # there are no sub-genres


@get(["/suggest", "/suggest.json"])
async def get_suggestions(request: AnyRequest, deps: Needs) -> Response[dict[str, Any]]:
    given = _given(request)
    found = await discover_suggestions(
        deps,
        _directory(deps),
        given.single("keyword") or "",
        given.whole("size", 5, 1, 200),
        given.many("resource"),
    )
    links = {"self": {"href": f"{ROOT}/suggest.json"}}
    return _answer({"_embedded": {name: rows for name, rows in found.items() if rows}, "_links": links})


def discovery_router() -> Router:
    return Router(
        ROOT,
        route_handlers=[
            list_events,
            get_event,
            get_event_images,
            list_attractions,
            get_attraction,
            list_venues,
            get_venue,
            browse_classifications,
            get_classification,
            get_level,
            get_suggestions,
        ],
        exception_handlers={
            Refusal: _on_refusal,
            HTTPException: _on_http_exception,
            Exception: _on_defect,
            **dict.fromkeys(UNAVAILABLE, _on_unavailable),
            OSError: _on_os_error,
        },
        include_in_schema=False,
        opt={READS_QUERY: True},  # its clients send `apikey` and more, and expect what is unknown to be ignored
    )


def _given(request: AnyRequest) -> Given:
    return Given(read_pairs(request.scope["query_string"]))


def _identity(resource_id: str) -> str:
    identity = resource_id.removesuffix(".json")
    if "\0" in identity or len(identity) > 200:
        raise ResourceNotFound(identity[:200])
    return identity


def _genres(given: Given) -> tuple[str, ...]:
    names = ("genreId", "classificationId")
    return (
        *given.many("classificationName"),
        *(name_of(identifier) for name in names for identifier in given.many(name)),
    )


def _read_named_asked(given: Given, **filters: Any) -> NamedAsked:
    return NamedAsked(
        page=read_page(given),
        keyword=given.single("keyword") or "",
        ids=given.many("id"),
        sort=given.single("sort"),
        nothing=given.choice("includeTest", "yes", "no", "only") == "only",
        **filters,
    )


def _directory(deps: Deps) -> Directory:
    if deps.directory is None:
        raise ResourceNotFound("the catalogue's lists")
    return deps.directory


def _answer(shape: dict[str, Any]) -> Response[dict[str, Any]]:
    return Response(shape, headers=HEADERS)


def _on_refusal(_request: AnyRequest, refusal: Refusal) -> Response[dict[str, Any]]:
    """Ticketmaster's `errors` for what was asked wrongly, its `fault` for what is wrong with us."""
    status, code, detail, headers, _ = problem_parts(refusal)
    if status >= 500:
        return _fault(status, detail, code, headers)
    number = "DIS1015"
    if isinstance(refusal, DiscoveryRefusal):
        number = refusal.number
    elif not isinstance(refusal, InvalidParameter):
        number = f"ADM{status}"
    error = {
        "code": number,
        "detail": detail,
        "status": str(status),
        "_links": {"about": {"href": f"/problems#{code}"}},
    }
    return Response({"errors": [error]}, status_code=status, headers={**headers, **REFUSED_HEADERS})


def _on_http_exception(_request: AnyRequest, error: HTTPException) -> Response[dict[str, Any]]:
    return _fault(error.status_code, error.detail, "http", dict(error.headers or {}))


def _on_unavailable(request: AnyRequest, error: Exception) -> Response[dict[str, Any]]:
    on_unavailable(request, error)  # counts and logs it
    return _on_refusal(request, Busy("A server that this needs does not answer. Try again shortly."))


def _on_os_error(request: AnyRequest, error: OSError) -> Response[dict[str, Any]]:
    return _on_unavailable(request, error) if is_unavailable(error) else _on_defect(request, error)


def _on_defect(request: AnyRequest, error: Exception) -> Response[dict[str, Any]]:
    on_defect(request, error)  # counts and logs it
    return _fault(500, "This is our error, and it was recorded.", "defect", {})


def _fault(status: int, text: str, code: str, headers: dict[str, str]) -> Response[dict[str, Any]]:
    body = {"fault": {"faultstring": text, "detail": {"errorcode": code}}}
    return Response(body, status_code=status, headers={**headers, **REFUSED_HEADERS})
