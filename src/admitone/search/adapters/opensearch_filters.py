"""Translate the filters of a `SearchQuery` to OpenSearch clauses that match without scoring."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from admitone.kit.fold import fold, joined
from admitone.search.adapters.opensearch_words import Clause
from admitone.search.contracts import SearchQuery
from admitone.search.domain.asking import CHOICES
from admitone.search.domain.when import query_bounds

TIME = "time"
"""The key of the time bounds among the filters."""

Filters = dict[str, list[Clause]]
"""The filters of one query by the name of their facet, so that a facet can exclude its own."""

ValueTerm = tuple[str, str]
"""(field, value): a term whose existence in the index must be checked."""


def value_terms(query: SearchQuery) -> list[ValueTerm]:
    """Return the terms that must be looked up before the filters can be built: see `_any_of`."""
    cities = [("city_key", fold(city)) for city in query.city]
    named = (("segment", query.segment), ("genre", query.genre), ("city", query.city))
    return [(field, value) for field, values in named for value in values] + cities


def make_filters(query: SearchQuery, known: Collection[ValueTerm], *, now: datetime) -> Filters:
    """Build the filters; `known` are the existing ones of `value_terms`."""
    filters: Filters = {
        TIME: _time(query, now),
        "segment": _any_of("segment", query.segment, known),
        "genre": _any_of("genre", query.genre, known),
        "city": _any_of("city", query.city, known),
        "country": _terms("country", query.country_code),
        "region": [{"terms": {"region_key": [fold(region_name) for region_name in query.region]}}]
        if query.region
        else [],
        "entity": [
            *_terms("entity_key", query.performer_id and f"performer:{query.performer_id}"),
            *_terms("entity_key", query.venue_id and f"venue:{query.venue_id}"),
        ],
        "price": [
            *_terms("currency", query.currency),
            *([] if query.price_max is None else [_range("price_min", 0, query.price_max)]),
        ],
        "sale": _sale(query, now),
        "places": _within(query),
    }
    return {name: clauses for name, clauses in filters.items() if clauses}


def joined_filters(filters: Filters, *, without: str | None = None) -> list[Clause]:
    return [clause for name, clauses in filters.items() if name != without for clause in clauses]


def set_aside(filters: Filters, facets: Sequence[str]) -> Filters:
    """Return the filters that some facet excludes: they may narrow the hits only after the facets are counted."""
    return {name: filters[name] for name in CHOICES if name in facets and name in filters}


def still_to_come(now: datetime) -> Clause:
    return _range("ends", int(now.timestamp()), None)


def _time(query: SearchQuery, now: datetime) -> list[Clause]:
    bounds = query_bounds(query, now=now)
    asked = (
        ("ends", bounds.ends_min, None),
        ("latest", bounds.latest_min, None),
        ("earliest", None, bounds.earliest_max),
        ("local_day", bounds.local_day_min, bounds.local_day_max),
        ("last_day", bounds.last_day_min, None),
    )
    return [_range(field, low, high) for field, low, high in asked if low is not None or high is not None]


def _sale(query: SearchQuery, now: datetime) -> list[Clause]:
    second = int(now.timestamp())
    if query.on_sale == "now":
        return [_range("sale_from", None, second), _range("sale_to", second + 1, None)]
    if query.on_sale == "soon":
        return [_range("sale_from", second + 1, None)]
    return []


def _within(query: SearchQuery) -> list[Clause]:
    if query.near is None or query.radius_km is None:
        return []
    return [{"geo_distance": {"distance": f"{query.radius_km}km", "place": geo_point(query.near)}}]


def geo_point(near: tuple[float, float]) -> dict[str, float]:
    return {"lat": near[0], "lon": near[1]}


def _any_of(field: str, values: Sequence[str], known: Collection[ValueTerm]) -> list[Clause]:
    """Match the exact spelling if it exists, else any that folds to the same; for a city also in other languages.

    So a filter returns what its facet counted.
    """
    if not values:
        return []
    terms: dict[str, list[str]] = {}
    for value in values:
        folded = fold(value)
        if (field, value) in known:
            terms.setdefault(field, []).append(value)
        elif field == "city" and ("city_key", folded) not in known:
            terms.setdefault("city_joined", []).append(joined(folded))
        else:
            terms.setdefault(f"{field}_key", []).append(folded)
    return [{"bool": {"should": [{"terms": {name: some}} for name, some in terms.items()]}}]


def _terms(field: str, value: str | None) -> list[Clause]:
    return [{"term": {field: value}}] if value else []


def _range(field: str, lowest: int | None, highest: int | None) -> Clause:
    bounds: dict[str, Any] = {} if lowest is None else {"gte": lowest}
    return {"range": {field: bounds if highest is None else {**bounds, "lte": highest}}}
