"""The embedded engine: tantivy in the process, its index in a folder that all processes of the machine share.

Any number of processes read; writers run one at a time (see `generations`). A search runs in a thread, because tantivy
releases the GIL while it works, but in no more threads than there are processors: more only take turns, which costs a
third of the throughput. A search that took little the last time runs without a thread, and so do suggestions: switching
costs more than they do.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import thread_time

from cachetools import LRUCache

from admitone.catalogue.contracts import EventDocument, ReadDocuments, ReadNamedDocuments
from admitone.search.adapters.generations import Generations
from admitone.search.adapters.tantivy_find import find_events
from admitone.search.adapters.tantivy_snapshot import Reader
from admitone.search.adapters.tantivy_suggest import suggest_names
from admitone.search.adapters.tantivy_writer import Rebuild, write_changes, write_named
from admitone.search.contracts import SearchQuery, Suggestion
from admitone.search.domain.entities import Entity, named_entities
from admitone.search.domain.indexing import LAYOUT
from admitone.search.ports import Found, IndexAbsent

_THREADS = os.cpu_count() or 1
ON_LOOP_SECONDS_MAX = 0.001
"""CPU time of a search that other requests may wait for."""
_COSTS_KEPT = 4_096


class TantivyIndex:
    """A `SearchIndex` in `folder`, which is created with the first index.

    Processes that write documents need `city_aliases` (`entities.city_key` → names in other languages).
    """

    def __init__(self, folder: Path, *, city_aliases: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._generations = Generations(folder, layout=LAYOUT)
        self._reader = Reader(self._generations)
        self._city_aliases = city_aliases or {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="search")
        self._costs: LRUCache[object, float] = LRUCache(_COSTS_KEPT)

    async def search(self, query: SearchQuery, *, now: datetime) -> Found:
        key = _cost_key(query)
        if self._costs.get(key, ON_LOOP_SECONDS_MAX) < ON_LOOP_SECONDS_MAX:
            found, self._costs[key] = self._search(query, now)
        else:
            search = asyncio.get_running_loop().run_in_executor(self._threads, self._search, query, now)
            found, self._costs[key] = await search
        return found

    async def suggest(self, typed: str, size: int, *, now: datetime, city: str | None = None) -> list[Suggestion]:
        try:
            return suggest_names(self._reader.snapshot(), typed, size, now=now, city=city)
        except ValueError as error:
            raise self._damaged(error) from error

    async def refresh(self, event_ids: Sequence[str], read: ReadDocuments, *, now: datetime) -> None:
        lock = await asyncio.to_thread(self._generations.lock)
        with lock:
            documents = await read(tuple(event_ids))
            gone = set(event_ids) - {document.id for document in documents}
            await asyncio.to_thread(self._write, documents, gone, now)

    async def refresh_named(self, ids: Sequence[str], read: ReadNamedDocuments, *, now: datetime) -> None:
        lock = await asyncio.to_thread(self._generations.lock)
        with lock:
            found = named_entities(await read(tuple(ids)))
            await asyncio.to_thread(self._write_named, found, ids)

    async def rebuild(
        self,
        batches: AsyncIterator[list[EventDocument]],
        *,
        now: datetime,
        only_if_absent: bool = False,
        named: AsyncIterator[list[Entity]] | None = None,
    ) -> int:
        lock = await asyncio.to_thread(self._generations.lock)
        with lock:
            if only_if_absent:
                with suppress(IndexAbsent):
                    return await self.count()
            folder = self._generations.next()
            try:
                rebuild = Rebuild(folder, self._city_aliases, now_seconds=now.timestamp())
                async for documents in batches:
                    await asyncio.to_thread(rebuild.add, documents)
                if named is not None:
                    async for entities in named:
                        rebuild.add_named(entities)
                await asyncio.to_thread(rebuild.finish)
                self._generations.swap(folder)
            except BaseException:  # also when cancelled: remove the partial index
                shutil.rmtree(folder, ignore_errors=True)
                raise
        return rebuild.event_count

    async def count(self) -> int:
        # Open it again: files mapped into this process's memory would hide that they are missing or damaged on disk.
        snapshot = await asyncio.to_thread(Reader(self._generations).snapshot)
        return int(snapshot.events.num_docs)

    def _search(self, query: SearchQuery, now: datetime) -> tuple[Found, float]:
        """Return what is found, and the CPU seconds that it took."""
        started = thread_time()
        try:
            found = find_events(self._reader.snapshot(), query, now=now)
        except ValueError as error:  # tantivy raises this for damaged files
            raise self._damaged(error) from error
        return found, thread_time() - started

    def _damaged(self, error: ValueError) -> IndexAbsent:
        self._reader.forget()
        return IndexAbsent(f"the index cannot be read: {error}")

    def _write_named(self, found: Sequence[Entity], ids: Sequence[str]) -> None:
        folder = self._generations.current()
        try:
            write_named(folder, found, ids)
        except ValueError as error:
            raise IndexAbsent(f"the index cannot be written: {error}") from error

    def _write(self, documents: Sequence[EventDocument], gone: set[str], now: datetime) -> None:
        folder = self._generations.current()
        try:
            write_changes(folder, documents, gone, self._city_aliases, now_seconds=now.timestamp())
        except ValueError as error:
            raise IndexAbsent(f"the index cannot be written: {error}") from error


def _cost_key(query: SearchQuery) -> object:
    """Return what decides the cost of a search: its words, and the kind of its answer; filters cost little."""
    page = query.page, query.size
    return query.q, query.facets, query.sort, query.near, query.radius_km, query.collapse, page, query.whole_words
