"""Events and their classifications as the Discovery API lists and shows them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import msgspec

from admitone.catalogue.contracts import EventDocument
from admitone.kit.fold import fold
from admitone.search.contracts import SearchQuery
from admitone.search.domain.discovery.parameters import EventsAsked
from admitone.search.domain.discovery.refusals import ResourceNotFound, TooMuchToRefine
from admitone.search.domain.discovery.shapes import Shape, event_shape
from admitone.search.ports import Hit
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.finding.ask_index import ask_index
from admitone.search.usecases.finding.overlay_availability import overlay_availability

REFINED_MAX = 2_000
"""Hits that filters and sorts of ours, which the engine does not know, are applied to."""
_FIRST = datetime.min.replace(tzinfo=UTC)
_EVER = "0001-01-01"


async def discover_events(deps: Deps, asked: EventsAsked) -> tuple[list[Shape], int]:
    """Return the page's events and how many there are. Raises `DiscoveryRefusal`, `Busy` without an index."""
    if asked.nothing:
        return [], 0
    if asked.names:
        asked = msgspec.structs.replace(asked, query=await _classified(deps, asked))
    if asked.ids:
        hits = [Hit(document) for document in await deps.read_documents(asked.ids)]
        return await _page(deps, _refine(hits, asked), asked)
    if not asked.refined:
        found = await ask_index(deps, asked.query)
        return await _shapes(deps, found.hits, asked.unit), found.total
    found = await ask_index(deps, msgspec.structs.replace(asked.query, page=0, size=1))
    if found.total > REFINED_MAX:
        raise TooMuchToRefine(" and ".join(asked.refined), REFINED_MAX)
    found = await ask_index(deps, msgspec.structs.replace(asked.query, page=0, size=REFINED_MAX))
    return await _page(deps, _refine(found.hits, asked), asked)


async def discover_event(deps: Deps, event_id: str) -> Shape:
    """Raises `ResourceNotFound`."""
    documents = await deps.read_documents((event_id,))
    if not documents:
        raise ResourceNotFound(event_id)
    return (await _shapes(deps, [Hit(documents[0])]))[0]


async def _classified(deps: Deps, asked: EventsAsked) -> SearchQuery:
    """Names of classifications are of segments or of genres; a mixture is of genres, the segments' all together."""
    genres_of = await list_classifications(deps)
    wanted = {fold(name) for name in asked.names}
    segments = [name for name in genres_of if fold(name) in wanted]
    genres = list(dict.fromkeys(name for names in genres_of.values() for name in names if fold(name) in wanted))
    if segments and not genres:
        return msgspec.structs.replace(asked.query, segment=(*asked.query.segment, *segments))
    genres += [genre for name in segments for genre in genres_of[name]]
    return msgspec.structs.replace(asked.query, genre=(*asked.query.genre, *(genres or asked.names)))


def _refine(hits: Sequence[Hit], asked: EventsAsked) -> list[Hit]:
    kept = [hit for hit in hits if _is_wanted(hit.document, asked)]
    if asked.sort is not None:
        kept.sort(key=_SORT_KEYS[asked.sort.partition(",")[0]], reverse=asked.sort.endswith("desc"))
    return kept


def _is_wanted(document: EventDocument, asked: EventsAsked) -> bool:
    if asked.query.region and fold(document.venue.region or "") not in map(fold, asked.query.region):
        return False
    opens = document.on_sale_at
    if asked.on_sale_from is not None and (opens is None or opens < asked.on_sale_from):
        return False
    return asked.on_sale_to is None or (opens is not None and opens <= asked.on_sale_to)


_SORT_KEYS: dict[str, Callable[[Hit], Any]] = {
    "name": lambda hit: (fold(hit.document.name), hit.document.local_date, hit.document.id),
    "venueName": lambda hit: (fold(hit.document.venue.name), hit.document.local_date, hit.document.id),
    "id": lambda hit: hit.document.id,
    "onSaleStartDate": lambda hit: (hit.document.on_sale_at or _FIRST, hit.document.id),
    # Random to a reader, and the same order on the next page.
    "random": lambda hit: crc32(hit.document.id.encode()),
}


async def _page(deps: Deps, hits: list[Hit], asked: EventsAsked) -> tuple[list[Shape], int]:
    start = asked.page.number * asked.page.size
    return await _shapes(deps, hits[start : start + asked.page.size], asked.unit), len(hits)


async def _shapes(deps: Deps, hits: Sequence[Hit], unit: str = "miles") -> list[Shape]:
    left = await overlay_availability(deps, tuple(hit.document.id for hit in hits))
    return [
        event_shape(
            hit.document,
            (left or {}).get(hit.document.id),
            is_known=left is not None,
            public_url=deps.public_url,
            now=deps.now(),
            distance_km=hit.distance_km,
            unit=unit,
        )
        for hit in hits
    ]


async def list_classifications(deps: Deps) -> dict[str, list[str]]:
    """Return segment → its genres, those with most published events first. Raises `Busy` while there is no index."""
    segments = await _names(deps, SearchQuery(starts_from=_EVER, size=1, facets=("segment",)), "segment")
    genres = await asyncio.gather(
        *(
            _names(deps, SearchQuery(starts_from=_EVER, size=1, segment=(segment,), facets=("genre",)), "genre")
            for segment in segments
        )
    )
    return dict(zip(segments, genres, strict=True))


async def _names(deps: Deps, query: SearchQuery, facet: str) -> list[str]:
    found = await ask_index(deps, query)
    return [str(item["value"]) for item in found.facets[facet]]
