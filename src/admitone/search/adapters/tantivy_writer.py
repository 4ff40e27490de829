"""Write tantivy indexes: a few changed events into the active one, or all of them into a new one."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy
from tantivy import Order, Query

from admitone.catalogue.contracts import EventDocument
from admitone.search.adapters.tantivy_schema import entity_schema, event_schema, to_document
from admitone.search.adapters.tantivy_snapshot import ENTITIES, EVENTS, open_index, read_document, unwatched
from admitone.search.domain.entities import (
    NO_SHOWS,
    CityAliases,
    Entity,
    Shows,
    document_entities,
    is_named,
    named_keys,
)
from admitone.search.domain.indexing import entity_row, event_row

# One thread: Python produces rows more slowly than one thread indexes them, and a single thread leaves a single
# segment, which is the fastest to search.
_THREADS = 1
_HEAP_BYTES_REBUILD = 256_000_000
_HEAP_BYTES_CHANGE = 15_000_000  # tantivy's minimum


class Rebuild:
    """A new index in an empty folder. Call `add` as often as needed, then `finish`."""

    def __init__(self, folder: Path, city_aliases: CityAliases, *, now_seconds: float) -> None:
        self._city_aliases = city_aliases
        self._now_seconds = now_seconds
        self._events = _create(folder / EVENTS, event_schema())
        self._entities = _create(folder / ENTITIES, entity_schema())
        self._writer = self._events.writer(_HEAP_BYTES_REBUILD, _THREADS)
        self._known: dict[str, Entity] = {}
        self._shows: dict[str, Shows] = {}
        self.event_count = 0

    def add(self, documents: Sequence[EventDocument]) -> None:
        for document in documents:
            row = event_row(document, self._city_aliases, now_seconds=self._now_seconds)
            self._writer.add_document(to_document(row))
            for entity in document_entities(document, self._city_aliases):
                self._known.setdefault(entity.key, entity)
                count, until = self._shows.get(entity.key, NO_SHOWS)
                self._shows[entity.key] = Shows(count + 1, max(until, row["ends"]))
        self.event_count += len(documents)

    def add_named(self, entities: Iterable[Entity]) -> None:
        """Add performers and venues, after all events."""
        for entity in entities:
            self._known.setdefault(entity.key, entity)

    def finish(self) -> None:
        _finish(self._writer)
        writer = self._entities.writer(_HEAP_BYTES_CHANGE, _THREADS)
        for key, entity in self._known.items():
            writer.add_document(to_document(entity_row(entity, self._shows.get(key, NO_SHOWS))))
        _finish(writer)


def write_changes(
    folder: Path,
    documents: Sequence[EventDocument],
    deleted: Iterable[str],
    city_aliases: CityAliases,
    *,
    now_seconds: float,
) -> None:
    """Upsert and delete in the index in `folder`.

    The caller holds the writers' lock. Raises ValueError if the index is corrupt.
    """
    events, entities = open_index(folder / EVENTS), open_index(folder / ENTITIES)
    newest = {document.id: document for document in documents}
    gone = [*deleted, *newest]
    touched = {entity.key: entity for entity in _entities_of(_stored(events, gone), city_aliases)}
    touched |= {entity.key: entity for entity in _entities_of(newest.values(), city_aliases)}
    writer = events.writer(_HEAP_BYTES_CHANGE, _THREADS)
    for event_id in gone:
        writer.delete_documents_by_term("id", event_id)
    for document in newest.values():
        writer.add_document(to_document(event_row(document, city_aliases, now_seconds=now_seconds)))
    _finish(writer)
    events.reload()
    _recount(entities, touched.values(), events)


def write_named(folder: Path, found: Iterable[Entity], ids: Iterable[str]) -> None:
    """Upsert the given performers and venues and delete the other ids. Lock and errors as in `write_changes`."""
    events, entities = open_index(folder / EVENTS), open_index(folder / ENTITIES)
    writer = entities.writer(_HEAP_BYTES_CHANGE, _THREADS)
    for key in named_keys(ids):
        writer.delete_documents_by_term("key", key)
    for entity in found:
        writer.add_document(to_document(entity_row(entity, _shows(events, entity))))
    _finish(writer)


def _shows(events: tantivy.Index, entity: Entity) -> Shows:
    named = Query.term_query(events.schema, "entity_key", entity.key)
    result = events.searcher().search(named, 1, order_by_field="ends", order=Order.Desc)
    return Shows(total_of(result), int(result.hits[0][0])) if result.hits else NO_SHOWS


def _recount(entities: tantivy.Index, touched: Iterable[Entity], events: tantivy.Index) -> None:
    """Update the number of events that name the entities, and the end of the last; remove a city without events.

    Performers and venues stay as long as the catalogue has them; `write_named` removes them.
    """
    known = entities.searcher()
    writer = entities.writer(_HEAP_BYTES_CHANGE, _THREADS)
    for entity in touched:
        writer.delete_documents_by_term("key", entity.key)
        shows = _shows(events, entity)
        was_known = is_named(entity.key) and count_hits(known, Query.term_query(entities.schema, "key", entity.key))
        if shows.number or was_known:
            writer.add_document(to_document(entity_row(entity, shows)))
    _finish(writer)


def _stored(events: tantivy.Index, event_ids: Iterable[str]) -> list[EventDocument]:
    searcher, schema = events.searcher(), events.schema
    found = (searcher.search(Query.term_query(schema, "id", event_id), 1).hits for event_id in event_ids)
    return [read_document(searcher, hits[0][1]) for hits in found if hits]


def count_hits(searcher: tantivy.Searcher, query: Query) -> int:
    return total_of(searcher.search(query, 1, count=True))


def total_of(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # missing in tantivy's type stub only


def _entities_of(documents: Iterable[EventDocument], city_aliases: CityAliases) -> list[Entity]:
    return [entity for document in documents for entity in document_entities(document, city_aliases)]


def _create(folder: Path, schema: tantivy.Schema) -> tantivy.Index:
    folder.mkdir()
    return unwatched(tantivy.Index(schema, path=str(folder), reuse=False))


def _finish(writer: tantivy.IndexWriter) -> None:
    writer.commit()
    # Without waiting, dropping the writer would cancel merges and the number of segments would only grow.
    writer.wait_merging_threads()
