"""Collapse the dates of a series to one hit: its first date among those that match."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from admitone.catalogue.contracts import EventDocument
from admitone.search.domain.indexing import currency_of, series_date_term

SERIES_MAX = 65_000
"""Series that one search can collapse: the engines' limit of buckets. Further series are not listed."""


OF_SERIES: Mapping[str, Any] = {
    "first": {"min": {"field": "series_order"}},
    "price_min": {"min": {"field": "series_price_min"}},
    "price_max": {"max": {"field": "series_price_max"}},
    "currency_first": {"min": {"field": "series_currency"}},
    "currency_last": {"max": {"field": "series_currency"}},
}
"""What both engines aggregate of the matching dates of a series."""


class MatchedSeries(Struct, frozen=True):
    """`number`: dates that match. `first`: the `series_order` of the first of them. `prices`: the lowest and the
    highest price of those that are not cancelled or postponed; None if none has a price. `currency`: of these prices;
    None if they are in several, or there are none."""

    number: int
    first: int
    prices: tuple[int, int] | None
    currency: str | None


Matched = Mapping[str, MatchedSeries]
"""Series id → what of it matches."""


def first_dates(matched: Matched) -> list[str]:
    """Return the terms of the dates that stand for their series."""
    return [series_date_term(series_id, series.first) for series_id, series in matched.items()]


def read_series(buckets: Iterable[Mapping[str, Any]]) -> Matched:
    """Return what the buckets by series say, whose parts are `OF_SERIES`."""
    return {bucket["key"]: _read_bucket(bucket) for bucket in buckets}


def _read_bucket(bucket: Mapping[str, Any]) -> MatchedSeries:
    low, high = bucket["price_min"]["value"], bucket["price_max"]["value"]
    first, last = bucket["currency_first"]["value"], bucket["currency_last"]["value"]
    return MatchedSeries(
        number=bucket["doc_count"],
        first=int(bucket["first"]["value"]),
        prices=None if low is None else (int(low), int(high)),
        currency=None if first is None or first != last else currency_of(int(first)),
    )


def standing_for(document: EventDocument, matched: Matched) -> tuple[EventDocument, int]:
    """Return `document` as it stands for its series, and the number of dates. Its prices are those of all these dates:
    a series costs "from" the cheapest of them, which is not always the first. The first may have another currency, or
    none, where it is cancelled or has no prices yet."""
    series = matched.get(document.series_id or "")
    if series is None or series.number == 1:
        return document, 1
    if series.prices is None:
        return msgspec.structs.replace(document, price_min=None, price_max=None), series.number
    if series.currency is None:
        return document, series.number
    low, high = series.prices
    standing = msgspec.structs.replace(document, price_min=low, price_max=high, currency=series.currency)
    return standing, series.number


def collapsed_count(bucket: Mapping[str, Any]) -> int:
    """Return how many hits a bucket has that counts its dates by series (`series`): each series counts once."""
    dates = [int(series["doc_count"]) for series in bucket["series"]["buckets"]]
    return int(bucket["doc_count"]) - sum(dates) + len(dates)
