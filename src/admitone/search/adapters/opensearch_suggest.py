"""Suggest names for a typed prefix, from the small index of entities and the titles of events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from opensearchpy import AsyncOpenSearch

from admitone.kit.fold import fold, fold_words
from admitone.search.adapters.opensearch_client import ON_THIS_NODE, check_answers
from admitone.search.adapters.opensearch_filters import still_to_come
from admitone.search.adapters.opensearch_find import by_prior, known_words
from admitone.search.adapters.opensearch_words import translate
from admitone.search.contracts import Suggestion
from admitone.search.domain.asking import (
    ENTITY_FIELDS,
    TITLE_FIELDS,
    TITLE_LETTERS_MIN,
    TITLES_READ,
    arrange_suggestions,
    by_coming,
    candidates_of,
    coming_keys,
)
from admitone.search.domain.indexing import document_decoder, entity_decoder
from admitone.search.domain.match_modes import MatchMode, suggestion_match_modes
from admitone.search.domain.query_builder import text_query

Hits = list[dict[str, Any]]


async def suggest_names(
    client: AsyncOpenSearch,
    events: str,
    entities: str,
    typed: str,
    size: int,
    *,
    now: datetime,
    city: str | None = None,
) -> list[Suggestion]:
    """Return suggestions. `events` and `entities` are the indexes. One request, one for `city`, more for typos."""
    words = fold_words(typed)
    if not words:
        return []
    lines = [{"index": entities, **ON_THIS_NODE}, _entity_search(words, {}, MatchMode.STRICT, candidates_of(size))]
    if len("".join(words)) >= TITLE_LETTERS_MIN:
        lines += [{"index": events, **ON_THIS_NODE}, _title_search(words, now)]
    found, *titles = await _ask(client, lines)
    if not found:
        found = await _entities_in_mode(client, entities, words, candidates_of(size))
    candidates = [(float(hit["_score"]), entity_decoder.decode(hit["_source"]["entity"])) for hit in found]
    coming = coming_keys(candidates, now)
    here = await _find_here(client, events, sorted(coming), city, now) if coming and city is not None else set()
    return arrange_suggestions(
        by_coming(candidates, coming, here),
        [document_decoder.decode(hit["_source"]["document"]) for hits in titles for hit in hits],
        size,
    )


async def _entities_in_mode(client: AsyncOpenSearch, index: str, words: Sequence[str], size: int) -> Hits:
    known = await known_words(client, index, ENTITY_FIELDS, words)
    for match_mode in suggestion_match_modes(words, known)[1:]:
        (hits,) = await _ask(client, [{"index": index, **ON_THIS_NODE}, _entity_search(words, known, match_mode, size)])
        if hits:
            return hits
    return []


def _entity_search(words: Sequence[str], known: dict[str, int], match_mode: MatchMode, size: int) -> dict[str, Any]:
    text = translate(text_query(ENTITY_FIELDS, words, known, match_mode))
    return {"query": by_prior(text), "sort": [{"_score": "desc"}, {"key": "asc"}], **_first(size)}


def _title_search(words: Sequence[str], now: datetime) -> dict[str, Any]:
    """Coming events whose own title goes on like that."""
    text = translate(text_query(TITLE_FIELDS, words, {}, MatchMode.STRICT))
    query = {"bool": {"must": by_prior(text), "filter": still_to_come(now)}}
    # The first dates of a series have the better prior; others must not take the places of other titles.
    one_of_series = {"collapse": {"field": "group"}}
    return {"query": query, "sort": [{"_score": "desc"}, {"by_date": "asc"}], **one_of_series, **_first(TITLES_READ)}


async def _find_here(client: AsyncOpenSearch, events: str, keys: list[str], city: str, now: datetime) -> set[str]:
    """Return the keys of the entities with coming events in this city."""
    filters = [{"terms": {"entity_key": keys}}, {"term": {"city_key": fold(city)}}, still_to_come(now)]
    body = {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": filters}},
        "aggs": {"here": {"terms": {"field": "entity_key", "include": keys, "size": len(keys)}}},
    }
    found = (await client.search(index=events, body=body, params=ON_THIS_NODE))["aggregations"]
    return {bucket["key"] for bucket in found["here"]["buckets"]}


def _first(size: int) -> dict[str, Any]:
    return {"size": size, "track_total_hits": False}


async def _ask(client: AsyncOpenSearch, lines: list[dict[str, Any]]) -> list[Hits]:
    answers = (await client.msearch(body=lines))["responses"]
    check_answers(answers)
    return [answer["hits"]["hits"] for answer in answers]
