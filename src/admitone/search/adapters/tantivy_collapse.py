"""Collapse series in a tantivy snapshot: two steps, so that pages, totals and every order are exact."""

from typing import Any

from tantivy import Occur, Query

from admitone.search.adapters.tantivy_snapshot import Snapshot
from admitone.search.domain.collapse import OF_SERIES, SERIES_MAX, Matched, first_dates, read_series

BY_SERIES: dict[str, Any] = {"terms": {"field": "series_id", "size": SERIES_MAX}}


def match_series(snapshot: Snapshot, query: Query) -> Matched:
    """Return the series of which a date matches; an index without series costs no search."""
    if not snapshot.has_series():
        return {}
    answer = snapshot.events.aggregate(query, {"series": {**BY_SERIES, "aggs": dict(OF_SERIES)}})
    return read_series(answer["series"]["buckets"])


def first_date_only(snapshot: Snapshot, query: Query, matched: Matched) -> Query:
    """Return `query` without the dates that do not stand for their series. Scores stay."""
    if not matched:
        return query
    standing = Query.term_set_query(snapshot.event_schema, "series_date", first_dates(matched))
    other = Query.boolean_query([(Occur.Must, Query.exists_query("series_id")), (Occur.MustNot, standing)])
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, other)])
