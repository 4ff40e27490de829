"""Which segments there are, and which genres in each: counted by the engine over all published events."""

import asyncio

from admitone.search.contracts import SearchQuery
from admitone.search.ports import IndexAbsent
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.report_absence import report_absence

_EVER = "0001-01-01"


async def list_classifications(deps: Deps) -> dict[str, list[str]]:
    """Return segment → its genres, those with most events first. Raises `Busy` while there is no index."""
    try:
        segments = await _names(deps, SearchQuery(starts_from=_EVER, size=1, facets=("segment",)), "segment")
        genres = await asyncio.gather(
            *(
                _names(deps, SearchQuery(starts_from=_EVER, size=1, segment=(segment,), facets=("genre",)), "genre")
                for segment in segments
            )
        )
    except IndexAbsent as absence:
        raise await report_absence(deps) from absence
    return dict(zip(segments, genres, strict=True))


async def _names(deps: Deps, query: SearchQuery, facet: str) -> list[str]:
    found = await deps.index.search(query, now=deps.now())
    return [str(bucket["value"]) for bucket in found.facets[facet]]
