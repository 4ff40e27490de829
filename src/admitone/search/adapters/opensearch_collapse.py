"""Collapse series on OpenSearch: two requests, so that pages, totals and every order are exact.

The engine's own `collapse` keeps the best hit of each series instead of the first date, and does not change the total.
"""

from typing import Any

from opensearchpy import AsyncOpenSearch

from admitone.search.adapters.opensearch_words import Clause
from admitone.search.domain.collapse import OF_SERIES, SERIES_MAX, Matched, first_dates, read_series

BY_SERIES: dict[str, Any] = {"terms": {"field": "series_id", "size": SERIES_MAX}}


async def match_series(client: AsyncOpenSearch, index: str, filters: list[Clause], reading: dict[str, str]) -> Matched:
    """Return the series of which a date matches."""
    body = {
        "query": {"bool": {"filter": [*filters, {"exists": {"field": "series_id"}}]}},
        "aggs": {"series": {**BY_SERIES, "aggs": OF_SERIES}},
        "size": 0,
        "track_total_hits": False,
    }
    answer = await client.search(index=index, body=body, params=reading)
    return read_series(answer["aggregations"]["series"]["buckets"])


def first_date_only(matched: Matched) -> list[Clause]:
    """Return the filter of the hits: no dates but those that stand for their series."""
    if not matched:
        return []
    alone: Clause = {"bool": {"must_not": {"exists": {"field": "series_id"}}}}
    return [{"bool": {"should": [alone, {"terms": {"series_date": first_dates(matched)}}]}}]
