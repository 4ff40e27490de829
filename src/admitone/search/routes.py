"""HTTP of search: public, cacheable, the same for everybody."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from litestar import Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

from admitone.kit.problem import AnyRequest
from admitone.kit.refusal import InvalidParameter
from admitone.search.contracts import SearchAnswer, Suggestion
from admitone.search.domain.parameters import parse_search, parse_suggest
from admitone.search.openapi import SearchOperation, SuggestOperation
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.search_events import search_events
from admitone.search.usecases.suggest import suggest

CACHED = {"Cache-Control": "public, max-age=2, stale-while-revalidate=30"}
_PAIRS_MAX = 200


class Suggestions(Struct, frozen=True):
    suggestions: list[Suggestion]


class Problem(Struct, frozen=True):
    """RFC 9457; `parameter` names the one that is unknown or malformed."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    parameter: str


REFUSED = {400: ResponseSpec(Problem, description="`invalid-parameter` or `too-deep`", generate_examples=False)}


@get(
    "/events/search",
    operation_id="searchEvents",
    summary="Search events",
    operation_class=SearchOperation,
    responses=REFUSED,
)
async def get_search(request: AnyRequest, deps: NamedDependency[Deps]) -> Response[SearchAnswer]:
    """Coming events by words, filters, distance and price, with facets over the whole result."""
    query = parse_search(read_pairs(request.scope["query_string"]))
    return Response(await search_events(deps, query), headers=CACHED)


@get(
    "/events/suggest",
    operation_id="suggest",
    summary="Suggest performers, venues, cities and events while somebody types",
    operation_class=SuggestOperation,
    responses=REFUSED,
)
async def get_suggest(request: AnyRequest, deps: NamedDependency[Deps]) -> Response[Suggestions]:
    """For every keystroke; tolerates typing errors and missing accents."""
    typed, size = parse_suggest(read_pairs(request.scope["query_string"]))
    return Response(Suggestions(await suggest(deps, typed, size)), headers=CACHED)


def router(provide: Callable[[], Deps]) -> Router:
    return Router(
        "/",
        route_handlers=[get_search, get_suggest],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
        tags=["Find and view"],
    )


def read_pairs(query_string: bytes) -> list[tuple[str, str]]:
    """Decode a query string strictly: what is not UTF-8 is refused, not guessed at. Raises `InvalidParameter`."""
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
