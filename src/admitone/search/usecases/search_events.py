"""Find events and say how much of each is left."""

from math import ceil
from time import perf_counter
from typing import Any

from admitone.catalogue.contracts import Availability, event_summary
from admitone.search.contracts import SearchAnswer, SearchQuery
from admitone.search.domain.highlight import Highlighter
from admitone.search.domain.parameters import check_query
from admitone.search.ports import Hit, IndexAbsent
from admitone.search.usecases.check_currency import check_currency
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.overlay_availability import overlay_availability
from admitone.search.usecases.report_absence import report_absence


async def search_events(deps: Deps, query: SearchQuery) -> SearchAnswer:
    """Return one page of hits. Raises `InvalidParameter`, `TooDeep`, `Busy` while there is no index.

    Availability is read now, not found in the index: it changes faster than any index could follow. Where it
    cannot be read, the summaries have no member `availability`.
    """
    started = perf_counter()
    check_query(query)
    await check_currency(deps, query)
    try:
        found = await deps.index.search(query, now=deps.now())
    except IndexAbsent as absence:
        raise await report_absence(deps) from absence
    highlighter = Highlighter(query.q) if query.highlight and query.q else None
    left = await overlay_availability(deps, tuple(hit.document.id for hit in found.hits))
    return SearchAnswer(
        events=[_summary(hit, left, highlighter) for hit in found.hits],
        page={
            "number": query.page,
            "size": query.size,
            "total": found.total,
            "total_pages": ceil(found.total / query.size),
        },
        facets=found.facets,
        took_ms=round((perf_counter() - started) * 1000, 2),
        did_you_mean=found.did_you_mean,
    )


def _summary(hit: Hit, left: dict[str, Availability] | None, highlighter: Highlighter | None) -> dict[str, Any]:
    summary = event_summary(hit.document, (left or {}).get(hit.document.id), hit.distance_km)
    if left is None:
        del summary["availability"]  # nothing is known: "not on sale" would be a guess
    if highlighter is not None and (found_in := highlighter.highlights(hit.document)):
        summary["highlights"] = found_in
    return summary
