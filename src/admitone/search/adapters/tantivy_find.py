"""Answer a `SearchQuery` from one snapshot: match mode, order, page, facets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tantivy import DocAddress, Occur, Order, Query

from admitone.catalogue.contracts import EventDocument
from admitone.kit.fold import fold_words
from admitone.search.adapters.tantivy_collapse import BY_SERIES, first_date_only, match_series
from admitone.search.adapters.tantivy_filters import TIME, Filters
from admitone.search.adapters.tantivy_snapshot import Snapshot
from admitone.search.adapters.tantivy_writer import count_hits, total_of
from admitone.search.contracts import SearchQuery
from admitone.search.domain.asking import CHOICES, EVENT_FIELDS, TO_COME_BONUS, document_names
from admitone.search.domain.buckets import facet_values
from admitone.search.domain.collapse import Matched, collapsed_count, standing_for
from admitone.search.domain.distance import distance_km
from admitone.search.domain.match_modes import MatchMode, match_modes
from admitone.search.domain.parameters import RADIUS_KM_MAX
from admitone.search.domain.spelling import did_you_mean
from admitone.search.ports import Found, Hit

_BUCKETS_MAX = 65_000

Page = tuple[Sequence[DocAddress], int]
"""The hits of one page, and the total number of hits."""


def find_events(snapshot: Snapshot, query: SearchQuery, *, now: datetime) -> Found:
    return _Search(snapshot, query, now).answer()


class _Search:
    def __init__(self, snapshot: Snapshot, query: SearchQuery, now: datetime) -> None:
        self._snapshot = snapshot
        self._searcher = snapshot.events
        self._queries = snapshot.event_queries
        self._query = query
        self._filters = Filters(snapshot, query, now=now)
        if query.near is not None and query.radius_km is not None:
            self._filters.within(list(snapshot.distances(query.near, query.radius_km)))
        self._words = tuple(fold_words(query.q))
        self._match_mode = MatchMode.STRICT
        self._text: Query | None = None
        self._series: Matched = {}

    def answer(self) -> Found:
        if self._query.q and not self._words:  # only punctuation: no name matches
            self._text = Query.empty_query()
        page, total = self._page_in_mode() if self._words else self._page()
        documents = [self._snapshot.document(address) for address in page]
        return Found(
            hits=tuple(self._hit(document) for document in documents),
            total=total,
            facets=self._facets(self._match()) if self._query.facets else {},
            did_you_mean=self._correction(documents),
        )

    def _page_in_mode(self) -> Page:
        """Return the result of the strictest match mode that finds anything.

        "Arsenal" filtered to a town where Arsenal does not play returns an empty result, not a guess at another name: a
        match mode that finds events without the other filters ends the search for a mode, too.
        """
        known = self._queries.known(EVENT_FIELDS, self._words)
        page: Page = [], 0
        whole_words = self._query.whole_words
        for match_mode in [MatchMode.STRICT] if whole_words else match_modes(self._words, known):
            self._match_mode = match_mode
            if self._queries.finds_nothing(EVENT_FIELDS, self._words, match_mode, whole_words=whole_words):
                continue
            self._text = self._queries.query(EVENT_FIELDS, self._words, match_mode, whole_words=whole_words)
            page = self._page()
            if page[1] or (
                self._filters.any_but(TIME)
                and count_hits(self._searcher, self._filters.narrow(self._match(), only=TIME))
            ):
                break
            # Without a time, what was counted above has no other filter.
            if not self._filters.active(TIME) or not count_hits(self._searcher, self._match_all()):
                self._queries.keep_absence(EVENT_FIELDS, self._words, match_mode, whole_words=whole_words)
        return page

    def _match_all(self) -> Query:
        """Match what the words find in this mode, without any filter."""
        return self._match() or Query.all_query()

    def _match(self) -> Query | None:
        """Match the documents that `_text` finds, for counts and for orders other than best first."""
        if not self._words:
            return self._text
        whole_words = self._query.whole_words
        return self._queries.query(EVENT_FIELDS, self._words, self._match_mode, whole_words=whole_words, scored=False)

    def _page(self) -> Page:
        query = self._query
        offset, size = query.page * query.size, query.size
        main = self._filters.narrow(self._match())
        if query.collapse:
            self._series = match_series(self._snapshot, main)
            main = first_date_only(self._snapshot, main, self._series)
        sort = query.sort or ("relevance" if query.q else "date")
        if sort == "relevance" and self._text is not None:
            return self._by_relevance(self._text, offset, size)
        if sort == "distance":
            return self._by_distance(main, offset, size)
        field = {"price": "by_price", "popularity": "by_popularity"}.get(sort, "by_date")
        order = Order.Desc if query.reverse else Order.Asc
        if sort == "price" and query.reverse:
            field, order = "by_price_down", Order.Asc  # events without a price come last either way
        return self._ordered(main, offset, size, field, order)

    def _by_relevance(self, text: Query, offset: int, size: int) -> Page:
        if self._query.starts_from is not None:
            bonus = Query.const_score_query(self._filters.still_to_come(), TO_COME_BONUS)
            text = Query.boolean_query([(Occur.Must, text), (Occur.Should, bonus)])
        narrowed = first_date_only(self._snapshot, self._filters.narrow(text), self._series)
        if self._query.reverse:  # the last hits of the best-first order, from the end
            total = count_hits(self._searcher, narrowed)
            size = max(0, min(size, total - offset))
            offset = total - offset - size
            if size == 0:
                return [], total
        result = self._searcher.search(narrowed, size, offset=offset, weight_by_field="prior")
        addresses = [address for _, address in result.hits]
        return addresses[::-1] if self._query.reverse else addresses, total_of(result)

    def _by_distance(self, main: Query, offset: int, size: int) -> Page:
        """Order by distance, place by place.

        An aggregation counts the hits of each place, so that only the page's hits are read.
        """
        assert self._query.near is not None
        distances = self._snapshot.distances(self._query.near, self._query.radius_km or RADIUS_KM_MAX)
        counts = self._counts(main, ["place"])["place"]
        places = sorted(counts, key=lambda term: (distances[term], term), reverse=self._query.reverse)
        schema = self._snapshot.event_schema
        page: list[DocAddress] = []
        for place in places:
            if len(page) >= size:
                break
            if offset >= counts[place]:
                offset -= counts[place]
                continue
            here = Query.const_score_query(Query.term_query(schema, "place", place), 0.0)
            both = Query.boolean_query([(Occur.Must, main), (Occur.Must, here)])
            page += self._ordered(both, offset, size - len(page), "by_date", Order.Asc)[0]
            offset = 0
        if len(page) < size:
            nowhere = Query.boolean_query([(Occur.Must, main), (Occur.MustNot, Query.exists_query("place"))])
            page += self._ordered(nowhere, offset, size - len(page), "by_date", Order.Asc)[0]
        return page, count_hits(self._searcher, main)

    def _ordered(self, query: Query, offset: int, size: int, field: str, order: Order) -> Page:
        result = self._searcher.search(query, size, offset=offset, order_by_field=field, order=order)
        return [address for _, address in result.hits], total_of(result)

    def _facets(self, text: Query | None) -> dict[str, list[dict[str, Any]]]:
        own = [name for name in self._query.facets if name in CHOICES and self._filters.active(name)]
        others = [name for name in self._query.facets if name not in own]
        counts = self._collapsed_counts(self._filters.narrow(text), others)
        for name in own:
            counts |= self._collapsed_counts(self._filters.narrow(text, without=name), [name])
        return {name: facet_values(name, counts[name]) for name in self._query.facets}

    def _counts(self, query: Query, fields: Sequence[str]) -> dict[str, dict[str, int]]:
        if not fields:
            return {}
        terms = {field: {"terms": {"field": field, "size": _BUCKETS_MAX}} for field in fields}
        answer = self._searcher.aggregate(query, terms)
        return {field: {bucket["key"]: bucket["doc_count"] for bucket in answer[field]["buckets"]} for field in fields}

    def _collapsed_counts(self, query: Query, fields: Sequence[str]) -> dict[str, dict[str, int]]:
        """Count each series once for a value. Field by field: the number of buckets of one search is limited."""
        if not (self._query.collapse and self._snapshot.has_series()):
            return self._counts(query, fields)
        counts = {}
        for field in fields:
            terms = {"terms": {"field": field, "size": _BUCKETS_MAX}, "aggs": {"series": BY_SERIES}}
            buckets = self._searcher.aggregate(query, {field: terms})[field]["buckets"]
            counts[field] = {bucket["key"]: collapsed_count(bucket) for bucket in buckets}
        return counts

    def _hit(self, document: EventDocument) -> Hit:
        standing, dates = standing_for(document, self._series)
        return Hit(standing, self._distance(document), dates)

    def _distance(self, document: EventDocument) -> float | None:
        latitude, longitude = document.venue.latitude, document.venue.longitude
        if self._query.near is None or latitude is None or longitude is None:
            return None
        return round(distance_km(self._query.near, (latitude, longitude)), 3)

    def _correction(self, documents: Sequence[EventDocument]) -> str | None:
        if self._match_mode is MatchMode.STRICT or not documents:
            return None
        return did_you_mean(self._words, document_names(documents[0]))
