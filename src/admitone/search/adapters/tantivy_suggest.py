"""Suggestions for what has been typed so far, from the small index of entities and the titles of events."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from tantivy import FieldType, Occur, Query

from admitone.catalogue.contracts import EventDocument
from admitone.search.adapters.tantivy_snapshot import Snapshot
from admitone.search.adapters.tantivy_words import Field, Fields, Leniency, Names, readings, text_query
from admitone.search.adapters.tantivy_writer import read_document
from admitone.search.contracts import Suggestion
from admitone.search.domain.entities import Entity
from admitone.search.domain.fold import fold_words

_ENTITY_WORDS = (Field("names", 1.0, 2), Field("more", 0.7, 0), Field("places", 0.5, 0))
_ENTITY_NAMES = (Names("joined", 1.0, True), Names("far_joined", 0.9, False))
_EVENT_WORDS = (Field("names", 1.0, 0),)
_EVENTS_MAX = 3
_EVENT_LETTERS_MIN = 3
"""Shorter beginnings fit thousands of titles and tell nothing."""

_decoder = msgspec.json.Decoder(Entity)


def suggest_names(snapshot: Snapshot, typed: str, size: int, *, now: datetime) -> list[Suggestion]:
    words = fold_words(typed)
    if not words:
        return []
    entities = _entities(snapshot, words, size)
    events = _events(snapshot, words, now) if len("".join(words)) >= _EVENT_LETTERS_MIN else []
    room = max(size - len(events), size // 2)
    chosen = [Suggestion(one.type, one.id, one.name, one.detail) for one in entities[:room]]
    return (chosen + events)[:size]


def _entities(snapshot: Snapshot, words: Sequence[str], size: int) -> list[Entity]:
    fields = Fields(snapshot.entity_schema, snapshot.entities, _ENTITY_WORDS, _ENTITY_NAMES)
    hits = []
    options = readings(fields, words)
    if Leniency.PARTIAL in options:
        options.remove(Leniency.FUZZY)  # what it finds, PARTIAL puts first, too: one look less
    for leniency in options:
        query = text_query(fields, words, leniency)
        hits = snapshot.entities.search(query, size, count=False, weight_by_field="prior").hits
        if hits:
            break
    return [_decoder.decode(snapshot.entities.doc(address)["entity"][0]) for _, address in hits]


def _events(snapshot: Snapshot, words: Sequence[str], now: datetime) -> list[Suggestion]:
    """Coming events whose own title goes on like that, a title once."""
    schema = snapshot.event_schema
    fields = Fields(schema, snapshot.events, _EVENT_WORDS, ())
    coming = Query.range_query(schema, "latest", FieldType.Integer, int(now.timestamp()), None)
    query = Query.boolean_query(
        [(Occur.Must, text_query(fields, words, Leniency.STRICT)), (Occur.Must, Query.const_score_query(coming, 0.0))]
    )
    hits = snapshot.events.search(query, _EVENTS_MAX * 3, count=False, weight_by_field="prior").hits
    titles: dict[str, EventDocument] = {}
    for _, address in hits:
        document = read_document(snapshot.events, address)
        titles.setdefault(document.name, document)
    return [Suggestion("event", one.id, one.name, _event_detail(one)) for one in list(titles.values())[:_EVENTS_MAX]]


def _event_detail(document: EventDocument) -> str:
    place = ", ".join(part for part in (document.venue.name, document.venue.city) if part)
    return f"{document.local_date} · {place}"
