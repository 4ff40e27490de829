"""Suggestions for what has been typed so far, from the small index of entities and the titles of events."""

from collections.abc import Sequence
from datetime import datetime

from tantivy import FieldType, Occur, Query

from admitone.catalogue.contracts import EventDocument
from admitone.search.adapters.tantivy_snapshot import Snapshot
from admitone.search.adapters.tantivy_words import known_words, translate
from admitone.search.adapters.tantivy_writer import read_document
from admitone.search.contracts import Suggestion
from admitone.search.domain.asking import (
    ENTITY_FIELDS,
    SUGGESTED_EVENTS_MAX,
    TITLE_FIELDS,
    TITLE_LETTERS_MIN,
    event_detail,
)
from admitone.search.domain.entities import Entity
from admitone.search.domain.fold import fold_words
from admitone.search.domain.indexing import entity_decoder
from admitone.search.domain.wording import Leniency, readings, text_query


def suggest_names(snapshot: Snapshot, typed: str, size: int, *, now: datetime) -> list[Suggestion]:
    words = fold_words(typed)
    if not words:
        return []
    entities = _entities(snapshot, words, size)
    events = _events(snapshot, words, now) if len("".join(words)) >= TITLE_LETTERS_MIN else []
    room = max(size - len(events), size // 2)
    chosen = [Suggestion(one.type, one.id, one.name, one.detail) for one in entities[:room]]
    return (chosen + events)[:size]


def _entities(snapshot: Snapshot, words: Sequence[str], size: int) -> list[Entity]:
    known = known_words(snapshot.entities, ENTITY_FIELDS, words)
    hits = []
    options = readings(words, known)
    if Leniency.PARTIAL in options:
        options.remove(Leniency.FUZZY)  # what it finds, PARTIAL puts first, too: one look less
    for leniency in options:
        query = translate(snapshot.entity_schema, text_query(ENTITY_FIELDS, words, known, leniency))
        hits = snapshot.entities.search(query, size, count=False, weight_by_field="prior").hits
        if hits:
            break
    return [entity_decoder.decode(snapshot.entities.doc(address)["entity"][0]) for _, address in hits]


def _events(snapshot: Snapshot, words: Sequence[str], now: datetime) -> list[Suggestion]:
    """Coming events whose own title goes on like that, a title once."""
    schema = snapshot.event_schema
    title = translate(schema, text_query(TITLE_FIELDS, words, (), Leniency.STRICT))
    coming = Query.range_query(schema, "latest", FieldType.Integer, int(now.timestamp()), None)
    query = Query.boolean_query([(Occur.Must, title), (Occur.Must, Query.const_score_query(coming, 0.0))])
    hits = snapshot.events.search(query, SUGGESTED_EVENTS_MAX * 3, count=False, weight_by_field="prior").hits
    titles: dict[str, EventDocument] = {}
    for _, address in hits:
        document = read_document(snapshot.events, address)
        titles.setdefault(document.name, document)
    return [
        Suggestion("event", one.id, one.name, event_detail(one)) for one in list(titles.values())[:SUGGESTED_EVENTS_MAX]
    ]
