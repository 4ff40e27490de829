"""Translate the filters of a `SearchQuery` to tantivy queries that match without scoring."""

from collections.abc import Sequence
from datetime import datetime

from tantivy import FieldType, Occur, Query

from admitone.kit.fold import fold, joined
from admitone.search.adapters.tantivy_snapshot import Snapshot
from admitone.search.contracts import SearchQuery
from admitone.search.domain.when import query_bounds

Clause = tuple[Occur, Query]

TIME = "time"
"""The key of the time bounds among the filters."""


class Filters:
    """The filters of one query by the name of their facet, so that a facet can exclude its own."""

    def __init__(self, snapshot: Snapshot, query: SearchQuery, *, now: datetime) -> None:
        self._schema = snapshot.event_schema
        self._searcher = snapshot.events
        self._bounds = snapshot.bounds
        self._now = now
        self._by_name: dict[str, list[Query]] = {
            TIME: self._time(query),
            "segment": self._any_of("segment", query.segment),
            "genre": self._any_of("genre", query.genre),
            "city": self._any_of("city", query.city),
            "country": self._terms("country", query.country_code),
            "region": self._regions(query.region),
            "entity": [
                *self._terms("entity_key", query.performer_id and f"performer:{query.performer_id}"),
                *self._terms("entity_key", query.venue_id and f"venue:{query.venue_id}"),
            ],
            "price": [
                *self._terms("currency", query.currency),
                *([] if query.price_max is None else [self._range("price_min", 0, query.price_max)]),
            ],
            "sale": self._sale(query),
            "places": [],
        }

    def within(self, places: Sequence[str]) -> None:
        """Restrict to events at one of these places (terms of the field `place`)."""
        self._by_name["places"] = [Query.term_set_query(self._schema, "place", list(places))]

    def active(self, name: str) -> bool:
        return bool(self._by_name.get(name))

    def any_but(self, name: str) -> bool:
        return any(queries for other_name, queries in self._by_name.items() if other_name != name)

    def narrow(self, text: Query | None, *, without: str | None = None, only: str | None = None) -> Query:
        """Return `text` (None: everything) with the filters applied."""
        clauses: list[Clause] = [(Occur.Must, text)] if text is not None else []
        for name, queries in self._by_name.items():
            if name != without and (only is None or name == only):
                clauses += [(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]
        return Query.boolean_query(clauses) if clauses else Query.all_query()

    def still_to_come(self) -> Query:
        return self._range("ends", int(self._now.timestamp()), None)

    def _time(self, query: SearchQuery) -> list[Query]:
        bounds = query_bounds(query, now=self._now)
        asked = (
            ("ends", bounds.ends_min, None),
            ("latest", bounds.latest_min, None),
            ("earliest", None, bounds.earliest_max),
            ("local_day", bounds.local_day_min, bounds.local_day_max),
            ("last_day", bounds.last_day_min, None),
        )
        return [
            self._range(field, lowest, highest)
            for field, lowest, highest in asked
            if (lowest is not None or highest is not None) and not self._holds_all(field, lowest, highest)
        ]

    def _holds_all(self, field: str, lowest: int | None, highest: int | None) -> bool:
        """Return whether no event is outside: a range that matches all costs as much as one that matches half."""
        first, last = self._bounds(field)
        return (lowest is None or lowest <= first) and (highest is None or highest >= last)

    def _sale(self, query: SearchQuery) -> list[Query]:
        now = int(self._now.timestamp())
        if query.on_sale == "now":
            return [self._range("sale_from", None, now), self._range("sale_to", now + 1, None)]
        if query.on_sale == "soon":
            return [self._range("sale_from", now + 1, None)]
        return []

    def _any_of(self, field: str, values: Sequence[str]) -> list[Query]:
        if not values:
            return []
        return [Query.boolean_query([(Occur.Should, self._value(field, value)) for value in values])]

    def _value(self, field: str, value: str) -> Query:
        """Match the exact spelling if it exists, else any that folds to the same; for a city also in other languages.

        So a filter returns what its facet counted.
        """
        if self._searcher.doc_freq(field, value):
            return Query.term_query(self._schema, field, value)
        folded = fold(value)
        if field == "city" and not self._searcher.doc_freq("city_key", folded):
            return Query.term_query(self._schema, "city_joined", joined(folded))
        return Query.term_query(self._schema, f"{field}_key", folded)

    def _regions(self, names: Sequence[str]) -> list[Query]:
        return [Query.term_set_query(self._schema, "region_key", [fold(name) for name in names])] if names else []

    def _terms(self, field: str, value: str | None) -> list[Query]:
        return [Query.term_query(self._schema, field, value)] if value else []

    def _range(self, field: str, lowest: int | None, highest: int | None) -> Query:
        return Query.range_query(self._schema, field, FieldType.Integer, lowest, highest)
