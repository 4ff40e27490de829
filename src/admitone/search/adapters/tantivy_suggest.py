"""Suggest names for a typed prefix, from the small index of entities and the titles of events."""

from datetime import datetime

from tantivy import FieldType, Occur, Order, Query

from admitone.catalogue.contracts import EventDocument
from admitone.kit.fold import fold, fold_words
from admitone.search.adapters.tantivy_collapse import first_date_only, match_series
from admitone.search.adapters.tantivy_snapshot import Snapshot
from admitone.search.adapters.tantivy_words import Words
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
from admitone.search.domain.entities import Entity
from admitone.search.domain.indexing import entity_decoder
from admitone.search.domain.match_modes import MatchMode, suggestion_match_modes

Candidates = list[tuple[float, Entity]]


def suggest_names(
    snapshot: Snapshot, typed: str, size: int, *, now: datetime, city: str | None = None
) -> list[Suggestion]:
    words = tuple(fold_words(typed))
    if not words:
        return []
    if len("".join(words)) < TITLE_LETTERS_MIN:
        # Every buyer types a first letter, and it matches thousands of names: the most expensive results are few, so
        # cache them.
        candidates = snapshot.kept_entities(words, candidates_of(size), _entities)
        return arrange_suggestions(_by_coming(snapshot, candidates, now, city), [], size)
    candidates = _entities(snapshot, words, candidates_of(size))
    return arrange_suggestions(_by_coming(snapshot, candidates, now, city), _events(snapshot, words, now), size)


def _by_coming(snapshot: Snapshot, candidates: Candidates, now: datetime, city: str | None) -> list[Entity]:
    coming = coming_keys(candidates, now)
    here = set() if city is None else {key for key in coming if _is_on(snapshot, key, city, now)}
    return by_coming(candidates, coming, here)


def _is_on(snapshot: Snapshot, key: str, city: str, now: datetime) -> bool:
    """Return whether the entity's last event in the city is not over.

    A range of `ends` would read the ends of all events.
    """
    terms = (("entity_key", key), ("city_key", fold(city)))
    clauses = [(Occur.Must, Query.term_query(snapshot.event_schema, field, term)) for field, term in terms]
    query = Query.boolean_query(clauses)
    hits = snapshot.events.search(query, 1, count=False, order_by_field="ends", order=Order.Desc).hits
    return bool(hits) and int(hits[0][0]) >= int(now.timestamp())


def _entities(snapshot: Snapshot, words: Words, size: int) -> Candidates:
    queries = snapshot.entity_queries
    hits = []
    for match_mode in suggestion_match_modes(words, queries.known(ENTITY_FIELDS, words)):
        query = queries.query(ENTITY_FIELDS, words, match_mode)
        hits = snapshot.entities.search(query, size, count=False, weight_by_field="prior").hits
        if hits:
            break
    return [(score, entity_decoder.decode(snapshot.entities.doc(address)["entity"][0])) for score, address in hits]


def _events(snapshot: Snapshot, words: Words, now: datetime) -> list[EventDocument]:
    """Match coming events whose own title continues the typed text."""
    title = snapshot.event_queries.query(TITLE_FIELDS, words, MatchMode.STRICT)
    coming = Query.range_query(snapshot.event_schema, "ends", FieldType.Integer, int(now.timestamp()), None)
    query = Query.boolean_query([(Occur.Must, title), (Occur.Must, Query.const_score_query(coming, 0.0))])
    query = first_date_only(snapshot, query, match_series(snapshot, query))
    hits = snapshot.events.search(query, TITLES_READ, count=False, weight_by_field="prior").hits
    return [snapshot.document(address) for _, address in hits]
