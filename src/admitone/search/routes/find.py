"""HTTP of search: public, cacheable, the same for every client."""

from urllib.parse import unquote_plus

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.declared_request import READS_QUERY
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.refusal import InvalidParameter
from admitone.search.contracts import SearchAnswer, SearchQuery, Suggestion
from admitone.search.domain.parameters import parse_search, parse_suggest
from admitone.search.openapi import SearchOperation, SuggestOperation
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.find_events import search_events, suggest

# A caller keeps it for a second. The gateway keeps it longer, under a key that changes with the index and with the
# words of availability.
CACHED = {"Cache-Control": "public, max-age=1, s-maxage=60, stale-while-revalidate=30, stale-if-error=60"}
QUERY_BYTES_MAX = 4096
_PAIRS_MAX = 200


class Suggestions(Struct, frozen=True):
    suggestions: list[Suggestion]


@get(
    "/events/search",
    operation_id="searchEvents",
    summary="Search events",
    operation_class=SearchOperation,
    opt={READS_QUERY: True},
    tags=["Find and view"],
    responses=refusals(400),
)
async def get_search(request: AnyRequest, deps: NamedDependency[Deps]) -> Response[SearchAnswer]:
    """Find coming events by words, filters, distance and price, with facets over the whole result."""
    answer = await search_events(deps, read_query(request.scope["query_string"]))
    is_incomplete = any("availability" not in event for event in answer.events)
    return Response(answer, headers=NO_STORE if is_incomplete else CACHED)


@get(
    "/events/suggest",
    operation_id="suggest",
    summary="Suggest performers, venues, cities and events as the user types",
    operation_class=SuggestOperation,
    opt={READS_QUERY: True},
    tags=["Find and view"],
    responses=refusals(400),
)
async def get_suggest(request: AnyRequest, deps: NamedDependency[Deps]) -> Response[Suggestions]:
    """Call it on every keystroke: it tolerates typing errors and missing accents."""
    return Response(await find_suggestions(deps, request.scope["query_string"]), headers=CACHED)


@get("/events/search/generation", include_in_schema=False)
async def get_generation(deps: NamedDependency[Deps]) -> Response[bytes]:
    """For the gateway: what its answers are good for is part of the keys it keeps them under."""
    return Response(b"", headers=await generation_headers(deps), media_type="text/plain")


async def generation_headers(deps: Deps) -> dict[str, str]:
    generation = await deps.read_generation() if deps.read_generation is not None else ""
    return {"Cache-Control": "public, max-age=1", "X-Search-Generation": generation}


def read_query(query_string: bytes) -> SearchQuery:
    """Return the checked query. Raises `InvalidParameter` or `TooDeep`."""
    return parse_search(read_pairs(query_string))


async def find_suggestions(deps: Deps, query_string: bytes) -> Suggestions:
    """Raises `InvalidParameter`, and `Busy` while there is no index."""
    typed, size, city = parse_suggest(read_pairs(query_string))
    return Suggestions(await suggest(deps, typed, size, city))


def read_pairs(query_string: bytes) -> list[tuple[str, str]]:
    """Decode a query string strictly: what is not UTF-8 is refused, not guessed at. Raises `InvalidParameter`."""
    if len(query_string) > QUERY_BYTES_MAX:
        raise InvalidParameter("", f"All parameters together have at most {QUERY_BYTES_MAX:,} bytes.")
    pairs = [pair for pair in query_string.split(b"&") if pair]
    if len(pairs) > _PAIRS_MAX:
        raise InvalidParameter("", f"At most {_PAIRS_MAX} parameters.")
    return [_decode(*pair.partition(b"=")[::2]) for pair in pairs]


def _decode(name: bytes, value: bytes) -> tuple[str, str]:
    shown = unquote_plus(name.decode("latin-1"), errors="replace")[:100]
    try:
        return (
            unquote_plus(name.decode("utf-8"), errors="strict"),
            unquote_plus(value.decode("utf-8"), errors="strict"),
        )
    except UnicodeDecodeError as error:
        raise InvalidParameter(shown, "It is not valid UTF-8.") from error
