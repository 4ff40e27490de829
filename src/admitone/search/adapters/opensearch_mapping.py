"""Map events and entities (`domain.indexing`) to OpenSearch."""

from typing import Any

from admitone.search.adapters.opensearch_words import BEGINNINGS, LENGTHS_OF_BEGINNINGS
from admitone.search.domain import indexing
from admitone.search.domain.indexing import Row
from admitone.search.domain.parameters import DEPTH_MAX, SIZE_MAX

REFRESH_INTERVAL = "200ms"
"""The longest time until a search sees a write."""
GONE = "gone"
"""Marks documents withdrawn during the build of their index, so that the build does not recreate them."""
_WORD_BEGINNINGS = "beginnings_of_words"
_NAME_BEGINNINGS = "beginnings_of_names"
_WORDS = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"}
_TERM = {"type": "keyword", "doc_values": False}
_COUNTED = {"type": "keyword"}
_NUMBER = {"type": "long"}
_SORTED = {"type": "long", "index": False}
_STORED = {"type": "keyword", "index": False, "doc_values": False}
_PRIOR = {"type": "float", "index": False}


def event_mapping() -> dict[str, Any]:
    return _mapping(
        "document",
        {
            **_text_fields(indexing.WORD_FIELDS, indexing.JOINED_FIELDS),
            **dict.fromkeys(indexing.KEY_FIELDS, _TERM),
            **dict.fromkeys((*indexing.COUNTED_FIELDS, "id", "entity_key"), _COUNTED),
            **dict.fromkeys(indexing.NUMBER_FIELDS, _NUMBER),
            **dict.fromkeys(indexing.ORDER_FIELDS, _SORTED),
            "place": {"type": "geo_point"},
            # Events without a known place come last by distance, in either sort direction.
            "placed": _SORTED,
            # One value for all dates of a series: suggestions show one of them.
            "group": _COUNTED,
            "prior": _PRIOR,
            GONE: {"type": "boolean"},
        },
    )


def entity_mapping() -> dict[str, Any]:
    return _mapping(
        "entity",
        {
            **_text_fields(indexing.ENTITY_WORD_FIELDS, indexing.ENTITY_JOINED_FIELDS),
            "key": _COUNTED,
            "prior": _PRIOR,
        },
    )


def index_settings(shards: int) -> dict[str, Any]:
    """Return the settings of an index during its build; `READY_SETTINGS` apply when it is complete."""
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "max_result_window": DEPTH_MAX + SIZE_MAX,
            "analysis": _analysis(),
        }
    }


COPIES = {"auto_expand_replicas": "0-2"}
"""As many copies as there are nodes, three at most: any two may be lost, and each of three answers by itself."""
READY_SETTINGS = {"index": {"refresh_interval": REFRESH_INTERVAL, **COPIES}}


def to_source(row: Row) -> Row:
    """Return the row in OpenSearch's format: stored JSON as text."""
    source = {field: value.decode() if isinstance(value, bytes) else value for field, value in row.items()}
    if "id" in row:
        source["placed"] = int("place" in row)
        source["group"] = row.get("series_id", row["id"])
    return source


def _mapping(stored: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "dynamic": "strict",
        "_meta": {"layout": indexing.LAYOUT},
        "_source": {"includes": [stored]},  # the other fields are indexed and never read back
        "properties": {stored: _STORED, **properties},
    }


def _analysis() -> dict[str, Any]:
    shortest, longest = LENGTHS_OF_BEGINNINGS
    gram = {"type": "edge_ngram", "min_gram": shortest, "max_gram": longest}
    word = {"type": "custom", "tokenizer": "whitespace", "filter": [BEGINNINGS]}
    return {
        "filter": {BEGINNINGS: gram},
        "analyzer": {_WORD_BEGINNINGS: word, _NAME_BEGINNINGS: {**word, "tokenizer": "keyword"}},
    }


def _beginnings(analyzer: str) -> dict[str, Any]:
    return {"fields": {BEGINNINGS: {"type": "text", "analyzer": analyzer, "norms": False, "index_options": "docs"}}}


def _text_fields(words: tuple[str, ...], joined: tuple[str, ...]) -> dict[str, Any]:
    fields = dict.fromkeys(words, _WORDS) | dict.fromkeys(joined, _TERM)
    lenient: dict[str, Any] = {
        field: _beginnings(_WORD_BEGINNINGS) for field in ("names", "places", "rest") if field in fields
    }
    lenient["joined"] = _beginnings(_NAME_BEGINNINGS)
    return {field: {**kind, **lenient.get(field, {})} for field, kind in fields.items()}
