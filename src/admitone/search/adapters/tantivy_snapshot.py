"""One consistent view of the index on disk, reopened after another process has written."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

import tantivy
from tantivy import Query

from admitone.catalogue.contracts import EventDocument
from admitone.search.adapters.generations import Generations, file_signature
from admitone.search.adapters.tantivy_schema import register_words
from admitone.search.adapters.tantivy_words import TextQueries, Words
from admitone.search.domain.distance import Point, distance_km, latitude_band
from admitone.search.domain.entities import Entity
from admitone.search.domain.indexing import document_decoder
from admitone.search.ports import IndexAbsent

EVENTS = "events"
ENTITIES = "entities"
_DISTANCES_KEPT = 256
_BEGINNINGS_KEPT = 2_048
_DOCUMENTS_KEPT = 8_192


class Snapshot:
    """Searchers over events and entities at one moment; cheap to keep, immutable."""

    def __init__(self, events: tantivy.Index, entities: tantivy.Index) -> None:
        self.event_schema = events.schema
        self.entity_schema = entities.schema
        self.events = events.searcher()
        self.entities = entities.searcher()
        self.event_queries = TextQueries(self.events, events.schema)
        self.entity_queries = TextQueries(self.entities, entities.schema)
        self._places: list[tuple[float, float, str]] | None = None
        # Bound to this snapshot: places change with the index.
        self.distances = lru_cache(maxsize=_DISTANCES_KEPT)(self._distances)
        self.bounds = cache(self._bounds)
        self.has_series = cache(self._has_series)
        self._document = lru_cache(maxsize=_DOCUMENTS_KEPT)(self._read_document)
        self._begun: dict[tuple[Words, int], list[tuple[float, Entity]]] = {}

    def document(self, address: tantivy.DocAddress) -> EventDocument:
        """Return an event; new queries often find the same ones."""
        return self._document(address.segment_ord, address.doc)

    def _read_document(self, segment: int, number: int) -> EventDocument:
        return read_document(self.events, tantivy.DocAddress(segment, number))

    def _bounds(self, field: str) -> tuple[int, int]:
        """Return the lowest and the highest number of a field that every event has (deleted events may still count)."""
        asked = {name: {name: {"field": field}} for name in ("min", "max")}
        answer = self.events.aggregate(Query.all_query(), asked)
        lowest, highest = answer["min"]["value"], answer["max"]["value"]
        return (0, 0) if lowest is None else (int(lowest), int(highest))

    def _has_series(self) -> bool:
        """Return whether any event is a date of a series (a deleted one may still count)."""
        answer = self.events.aggregate(Query.all_query(), {"first": {"min": {"field": "series_order"}}})
        return answer["first"]["value"] is not None

    def kept_entities(
        self, words: Words, size: int, find: Callable[["Snapshot", Words, int], list[tuple[float, Entity]]]
    ) -> list[tuple[float, Entity]]:
        """Return the `find` result of this snapshot from a small cache."""
        kept = self._begun.get((words, size))
        if kept is None:
            kept = find(self, words, size)
            if len(self._begun) >= _BEGINNINGS_KEPT:
                self._begun.pop(next(iter(self._begun)))
            self._begun[words, size] = kept
        return kept

    def _distances(self, near: Point, radius_km: float) -> dict[str, float]:
        """Return the places (terms of the field `place`) within the radius → distance in km."""
        if self._places is None:
            terms = [term for term, _ in self.events.terms_with_prefix("place", "")]
            self._places = sorted((*place_point(term), term) for term in terms)
        south, north = latitude_band(near, radius_km)
        start = bisect_left(self._places, (south,))
        end = bisect_right(self._places, (north, 181.0))
        distances = ((term, distance_km(near, (lat, lon))) for lat, lon, term in self._places[start:end])
        return {term: distance for term, distance in distances if distance <= radius_km}


class Reader:
    """Provide the newest snapshot. A call costs three `stat` calls (about 5 µs) if nothing has changed."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = Lock()  # searches run in several threads; one of them reloads
        self._folder: Path | None = None
        self._metas: tuple[str, ...] = ()
        self._pointer: tuple[int, int] | None = None
        self._written: tuple[tuple[int, int], ...] | None = None
        self._indexes: tuple[tantivy.Index, tantivy.Index] | None = None
        self._snapshot: Snapshot | None = None
        self._last: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Return the newest snapshot; without an index on disk the previous one, whose files are still in memory.

        So searches continue after a loss: a writer notices it (`count`, `refresh`) and rebuilds the index. Raises
        `IndexAbsent` if no index existed.
        """
        with self._lock:
            try:
                self._last = self._newest()
            except IndexAbsent:
                # The pointer may have been read just before a swap that removed its target.
                self._pointer = None
                self._last = self._newest_or_last()
            return self._last

    def forget(self) -> None:
        """Drop the open index, because its files are damaged."""
        with self._lock:
            self._pointer = self._last = None

    def _newest_or_last(self) -> Snapshot:
        try:
            return self._newest()
        except IndexAbsent:
            if self._last is None:
                raise
            return self._last

    def _newest(self) -> Snapshot:
        pointer = self._generations.signature()
        if pointer != self._pointer or self._folder is None:
            self._folder, self._indexes, self._snapshot = self._generations.current(), None, None
            self._metas = tuple(str(self._folder / name / "meta.json") for name in (EVENTS, ENTITIES))
        written = tuple(map(file_signature, self._metas))
        if self._snapshot is None or self._indexes is None or written != self._written:
            self._snapshot = self._reload(self._folder)
            self._pointer, self._written = pointer, written
        return self._snapshot

    def _reload(self, folder: Path) -> Snapshot:
        try:
            if self._indexes is None:
                self._indexes = open_index(folder / EVENTS), open_index(folder / ENTITIES)
            for index in self._indexes:
                index.reload()
        except (ValueError, OSError) as error:
            self._indexes = None
            raise IndexAbsent(f"{folder} cannot be read: {error}") from error
        return Snapshot(*self._indexes)


def open_index(folder: Path) -> tantivy.Index:
    """Open an index. Raises ValueError if it is missing or its files are damaged."""
    return unwatched(tantivy.Index.open(str(folder)))


def unwatched(index: tantivy.Index) -> tantivy.Index:
    """Disable tantivy's thread that checks the folder twice a second: `Reader` checks on each call."""
    index.config_reader("manual")
    return register_words(index)


def read_document(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> EventDocument:
    return document_decoder.decode(searcher.doc(address)["document"][0])


def place_point(term: str) -> Point:
    latitude, _, longitude = term.partition(",")
    return float(latitude), float(longitude)
