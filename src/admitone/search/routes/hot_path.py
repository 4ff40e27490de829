"""Search, suggestions and their generation without the framework (`kit.http.hot_path`).

Most of what a new search costs is around the search.
"""

from collections.abc import Callable, Mapping

import msgspec

from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.declared_request import refuse_parameters
from admitone.kit.http.hot_path import RawHandler, RawRequest, RawResponse
from admitone.search.routes.find import CACHED, find_suggestions, generation_headers, read_query
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.find_events import encode_events

SEARCH_PATH = "/events/search"
SUGGEST_PATH = "/events/suggest"
GENERATION_PATH = "/events/search/generation"


def hot_reads(provide: Callable[[], Deps]) -> Mapping[str, RawHandler]:
    """Return the handlers by path. `provide` returns the deps that the role has opened."""

    async def answer_search(request: RawRequest) -> RawResponse:
        body, is_complete = await encode_events(provide(), read_query(request.query))
        return RawResponse(200, body, CACHED if is_complete else NO_STORE)

    async def answer_suggest(request: RawRequest) -> RawResponse:
        return RawResponse(200, msgspec.json.encode(await find_suggestions(provide(), request.query)), CACHED)

    async def answer_generation(request: RawRequest) -> RawResponse:
        refuse_parameters(request.query)
        return RawResponse(200, b"", await generation_headers(provide()), "text/plain; charset=utf-8")

    return {SEARCH_PATH: answer_search, SUGGEST_PATH: answer_suggest, GENERATION_PATH: answer_generation}
