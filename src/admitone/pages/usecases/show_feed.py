"""Feeds of the coming events of a performer, a venue or a search: at most 500, soonest first."""

from typing import Literal

from msgspec.structs import replace

from admitone.kit.off_loop import off_loop
from admitone.pages.domain.addresses import canonical_path
from admitone.pages.domain.feeds import ENTRIES_MAX, Feed, FeedFormat, feed_text
from admitone.pages.domain.search_state import SearchState
from admitone.pages.usecases.deps import Deps
from admitone.search.contracts import SearchQuery


async def show_subject_feed(
    deps: Deps, format_: FeedFormat, *, kind: Literal["performer", "venue"], subject_id: str
) -> str:
    """Return the feed of a performer or venue. Raises the refusals of its endpoint (not found)."""
    if kind == "performer":
        name = (await deps.read_performer(subject_id))[0].name
        query = SearchQuery(performer_id=subject_id)
    else:
        name = (await deps.read_venue(subject_id))[0].name
        query = SearchQuery(venue_id=subject_id)
    return await _feed(deps, format_, name, canonical_path(kind, subject_id, name), query)


async def show_search_feed(deps: Deps, format_: FeedFormat, *, state: SearchState) -> str:
    """Return the feed of a search; its page and its order are left out."""
    wanted = state.without("page", "sort")
    title = f"AdmitOne: {wanted.value('q')}" if wanted.value("q") else "AdmitOne: coming events"
    return await _feed(deps, format_, title, wanted.url(), wanted.query())


async def _feed(deps: Deps, format_: FeedFormat, title: str, path: str, query: SearchQuery) -> str:
    answer = await deps.search(replace(query, sort="date", page=0, size=ENTRIES_MAX, highlight=False, collapse=False))
    events = await deps.read_documents(tuple(str(event["id"]) for event in answer.events))
    # Five hundred entries take tens of milliseconds to write.
    return await off_loop(feed_text, Feed(title, path, events), format_, origin=deps.public_url)
