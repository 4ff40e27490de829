"""`/search.ics`, `/search.atom`; the feeds of performers and venues share the paths of their pages (listings.py)."""

import hashlib

from litestar import Response, get

from admitone.kit.http.caching import etag_of, is_current
from admitone.pages.domain.feeds import FeedFormat
from admitone.pages.domain.search_state import read_search_state
from admitone.pages.routes.rendering import PageDeps, PageRequest
from admitone.pages.usecases.show_feed import show_search_feed

_CACHE = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=86400"


@get("/search.ics", include_in_schema=False)
async def read_search_calendar(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    state = read_search_state(request.query_params.multi_items())
    return feed_response(request, FeedFormat.CALENDAR, await show_search_feed(deps, FeedFormat.CALENDAR, state=state))


@get("/search.atom", include_in_schema=False)
async def read_search_atom(request: PageRequest, deps: PageDeps) -> Response[bytes]:
    state = read_search_state(request.query_params.multi_items())
    return feed_response(request, FeedFormat.ATOM, await show_search_feed(deps, FeedFormat.ATOM, state=state))


def feed_response(request: PageRequest, format_: FeedFormat, text: str) -> Response[bytes]:
    """Return the feed with an ETag of its content; 304 for a current copy."""
    body = text.encode()
    etag = etag_of(hashlib.blake2b(body, digest_size=12).hexdigest())
    headers = {"ETag": etag, "Cache-Control": _CACHE, "X-Content-Type-Options": "nosniff"}
    if is_current(request.headers.get("if-none-match"), etag):
        return Response(b"", status_code=304, headers=headers, media_type=format_.media_type)
    return Response(body, headers=headers, media_type=format_.media_type)
