"""Collapse the dates of a series to one hit: its first date among those that match."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from admitone.search.domain.indexing import series_date_term

SERIES_MAX = 65_000
"""Series that one search can collapse: the engines' limit of buckets. Further series are not listed."""


class MatchedSeries(Struct, frozen=True):
    """`number`: dates that match. `first`: the `series_order` of the first of them."""

    number: int
    first: int


Matched = Mapping[str, MatchedSeries]
"""Series id → what of it matches."""


def first_dates(matched: Matched) -> list[str]:
    """Return the terms of the dates that stand for their series."""
    return [series_date_term(series_id, series.first) for series_id, series in matched.items()]


def collapsed_count(bucket: Mapping[str, Any]) -> int:
    """Return how many hits a bucket has that counts its dates by series (`series`): each series counts once."""
    dates = [int(series["doc_count"]) for series in bucket["series"]["buckets"]]
    return int(bucket["doc_count"]) - sum(dates) + len(dates)
