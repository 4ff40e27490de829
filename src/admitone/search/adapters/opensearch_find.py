"""Answer a `SearchQuery`: match mode, order, page, facets. Usually one request to the cluster."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch

from admitone.catalogue.contracts import EventDocument
from admitone.kit.fold import fold_words
from admitone.search.adapters.opensearch_client import ON_THIS_NODE, check_answers
from admitone.search.adapters.opensearch_collapse import BY_SERIES, first_date_only, match_series
from admitone.search.adapters.opensearch_filters import (
    TIME,
    ValueTerm,
    geo_point,
    joined_filters,
    make_filters,
    set_aside,
    still_to_come,
    value_terms,
)
from admitone.search.adapters.opensearch_words import NOTHING, Clause, constant, translate
from admitone.search.contracts import SearchQuery
from admitone.search.domain.asking import CHOICES, EVENT_FIELDS, TO_COME_BONUS, document_names
from admitone.search.domain.buckets import VALUES_MAX, facet_values
from admitone.search.domain.collapse import Matched, collapsed_count, standing_for
from admitone.search.domain.distance import distance_km
from admitone.search.domain.indexing import document_decoder
from admitone.search.domain.match_modes import MatchMode, match_modes
from admitone.search.domain.query_builder import Fields, text_query
from admitone.search.domain.spelling import did_you_mean
from admitone.search.ports import Found, Hit

_COUNTED_MAX = 10_000
"""Of two words that occur more often, either counts as the rarer."""
_VALUES_A_SHARD_MAX = 20_000
"""Counts are exact if no shard has more distinct values of a facet."""


async def find_events(
    client: AsyncOpenSearch, index: str, query: SearchQuery, *, now: datetime, read_seconds_max: float
) -> Found:
    terms = value_terms(query)
    known = await _known_terms(client, index, terms) if terms else set()
    reading = {
        # A partial result that looks complete is worse than an error.
        "allow_partial_search_results": "false",
        "cancel_after_time_interval": f"{int(read_seconds_max * 1000)}ms",
        **ON_THIS_NODE,
    }
    return await _Search(client, index, query, known, now, reading).answer()


async def known_words(client: AsyncOpenSearch, index: str, fields: Fields, words: Sequence[str]) -> dict[str, int]:
    """In how many documents the words occur that occur at all."""
    asked = list(dict.fromkeys(words))
    lines: list[dict[str, Any]] = []
    for word in asked:
        anywhere = [{"term": {field.name: word}} for field in fields.words]
        lines += [ON_THIS_NODE, {"query": {"bool": {"should": anywhere}}, "size": 0, "track_total_hits": _COUNTED_MAX}]
    answers = (await client.msearch(index=index, body=lines))["responses"]
    check_answers(answers)
    counts = [answer["hits"]["total"]["value"] for answer in answers]
    return {word: count for word, count in zip(asked, counts, strict=True) if count}


def by_prior(text: Clause) -> Clause:
    """Multiply the text score by log(2 + prior): it orders equal matches (see `domain.prior`)."""
    return {"function_score": {"query": text, "field_value_factor": {"field": "prior", "modifier": "log2p"}}}


class _Search:
    def __init__(
        self,
        client: AsyncOpenSearch,
        index: str,
        query: SearchQuery,
        known: set[ValueTerm],
        now: datetime,
        reading: dict[str, str],
    ) -> None:
        self._client = client
        self._index = index
        self._query = query
        self._now = now
        self._reading = reading
        self._filters = make_filters(query, known, now=now)
        self._words = fold_words(query.q)
        self._match_mode = MatchMode.STRICT
        self._text: Clause | None = None
        self._series: Matched = {}

    async def answer(self) -> Found:
        if self._query.q and not self._words:  # only punctuation: no name matches
            self._text = NOTHING
        answer = await (self._answer_in_mode() if self._words else self._ask())
        documents = [document_decoder.decode(hit["_source"]["document"]) for hit in answer["hits"]["hits"]]
        return Found(
            hits=tuple(self._hit(document) for document in documents),
            total=answer["hits"]["total"]["value"],
            facets={name: self._facet(answer, name) for name in self._query.facets},
            did_you_mean=self._correction(documents),
        )

    async def _answer_in_mode(self) -> dict[str, Any]:
        """Return the result of the strictest match mode that finds anything.

        "Arsenal" filtered to a town where Arsenal does not play returns an empty result, not a guess at another name: a
        match mode that finds events without the other filters ends the search for a mode, too.
        """
        answer = await self._read(MatchMode.STRICT, {})
        if self._query.whole_words or await self._is_enough(answer):
            return answer
        known = await known_words(self._client, self._index, EVENT_FIELDS, self._words)
        for match_mode in match_modes(self._words, known)[1:]:
            answer = await self._read(match_mode, known)
            if await self._is_enough(answer):
                break
        return answer

    async def _read(self, match_mode: MatchMode, known: dict[str, int]) -> dict[str, Any]:
        self._match_mode = match_mode
        whole_words = self._query.whole_words
        self._text = translate(text_query(EVENT_FIELDS, self._words, known, match_mode, whole_words=whole_words))
        return await self._ask()

    async def _is_enough(self, answer: dict[str, Any]) -> bool:
        if answer["hits"]["total"]["value"]:
            return True
        if set(self._filters) <= {TIME}:
            return False
        elsewhere = {"bool": {"filter": [self._text, *self._filters.get(TIME, [])]}}
        return (await _exist(self._client, self._index, [elsewhere]))[0]

    async def _ask(self) -> dict[str, Any]:
        query = self._query
        aside = set_aside(self._filters, query.facets)
        main = [clause for name, clauses in self._filters.items() if name not in aside for clause in clauses]
        if query.collapse:
            everything = [*main, *joined_filters(aside), *self._unscored_text()]
            self._series = await match_series(self._client, self._index, everything, self._reading)
        by_relevance = (query.sort or "relevance") == "relevance" and self._text is not None
        scored = [by_prior(self._scored_text())] if by_relevance else []
        body = {
            "query": {"bool": {"must": scored, "filter": main + ([] if by_relevance else self._unscored_text())}},
            "post_filter": {"bool": {"filter": [*joined_filters(aside), *first_date_only(self._series)]}},
            "aggs": {name: self._count(name, without_own=joined_filters(aside, without=name)) for name in query.facets},
            "sort": self._order(by_relevance=by_relevance),
            "from": query.page * query.size,
            "size": query.size,
            "track_total_hits": True,
        }
        return dict(await self._client.search(index=self._index, body=body, params=self._reading))

    def _unscored_text(self) -> list[Clause]:
        return [] if self._text is None else [self._text]

    def _scored_text(self) -> Clause:
        assert self._text is not None
        if self._query.starts_from is None:
            return self._text
        return {"bool": {"must": self._text, "should": constant(still_to_come(self._now), TO_COME_BONUS)}}

    def _order(self, *, by_relevance: bool) -> list[Any]:
        """Return the sort order. The id breaks ties, so that pages neither repeat nor skip events."""
        query = self._query
        up, down = ("desc", "asc") if query.reverse else ("asc", "desc")
        if by_relevance:
            return [{"_score": down}, {"id": up}]
        if query.sort == "distance":
            assert query.near is not None
            nearest = {"place": geo_point(query.near), "order": up, "unit": "km"}
            return [{"placed": "desc"}, {"_geo_distance": nearest}, {"by_date": "asc"}, {"id": "asc"}]
        if query.sort == "price":  # events without a price come last either way
            return [{"by_price_down" if query.reverse else "by_price": "asc"}, {"id": up}]
        return [{"by_popularity" if query.sort == "popularity" else "by_date": up}, {"id": up}]

    def _count(self, name: str, *, without_own: list[Clause]) -> Clause:
        counted: Clause = {"terms": {"field": name, "size": VALUES_MAX, "shard_size": _VALUES_A_SHARD_MAX}}
        if self._query.collapse:
            counted["aggs"] = {"series": BY_SERIES}
        if name not in CHOICES and not without_own:
            return counted
        return {"filter": {"bool": {"filter": without_own}}, "aggs": {"values": counted}}

    def _facet(self, answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
        counted = answer["aggregations"][name]
        buckets = counted.get("values", counted)["buckets"]
        count = collapsed_count if self._query.collapse else _dates_of
        return facet_values(name, {bucket["key"]: count(bucket) for bucket in buckets})

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


def _dates_of(bucket: Mapping[str, Any]) -> int:
    return int(bucket["doc_count"])


async def _known_terms(client: AsyncOpenSearch, index: str, terms: Sequence[ValueTerm]) -> set[ValueTerm]:
    exist = await _exist(client, index, [{"term": {field: value}} for field, value in terms])
    return {term for term, exists in zip(terms, exist, strict=True) if exists}


async def _exist(client: AsyncOpenSearch, index: str, queries: Sequence[Clause]) -> list[bool]:
    """Return for each query whether anything matches; each shard stops at its first match."""
    lines: list[dict[str, Any]] = []
    for query in queries:
        asked = {"bool": {"filter": query}}
        lines += [
            ON_THIS_NODE,
            {"query": asked, "size": 1, "terminate_after": 1, "track_total_hits": False, "_source": False},
        ]
    answers = (await client.msearch(index=index, body=lines))["responses"]
    check_answers(answers)
    return [bool(answer["hits"]["hits"]) for answer in answers]
