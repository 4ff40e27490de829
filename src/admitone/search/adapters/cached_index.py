"""Cache a search index: in this process, in Redis, then the engine. Availability is not cached here.

canonical query → in this process (half a second; one flight a key) → Redis (a minute, early recomputation) → engine

A value is valid only for the generation of the index that produced it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from time import perf_counter
from typing import Generic, TypeVar

from redis.asyncio import Redis

from admitone.catalogue.contracts import EventDocument, ReadDocuments, ReadNamedDocuments
from admitone.kit.fold import fold
from admitone.kit.rotating_cache import RotatingCache
from admitone.kit.single_flight import SingleFlight
from admitone.search.adapters.index_generation import WORDS, IndexGeneration
from admitone.search.adapters.result_cache import LOOKUPS, ResultCache
from admitone.search.contracts import SearchQuery, Suggestion
from admitone.search.domain.canonical import canonical_query, canonical_text, query_key, text_key
from admitone.search.domain.entities import Entity
from admitone.search.ports import Found, SearchIndex

PROCESS_SECONDS = 0.5
PROCESS_ENTRIES_MAX = 256

Value = TypeVar("Value")


class TieredCache(Generic[Value]):
    """The cache layers for one type of value."""

    def __init__(self, generation: IndexGeneration, shared: ResultCache[Value]) -> None:
        self._generation = generation
        self._shared = shared
        self._local: RotatingCache[tuple[str, str], Value] = RotatingCache(PROCESS_ENTRIES_MAX, PROCESS_SECONDS)
        self._flights: SingleFlight[tuple[str, str, str], Value] = SingleFlight()
        self._writes: SingleFlight[str, None] = SingleFlight()

    async def find(self, key: str, compute: Callable[[], Awaitable[Value]]) -> Value:
        """Return the value of `key`; of all concurrent misses one computes it."""
        generation = await self._generation.current()
        if (kept := self._local.get((key, generation))) is not None:
            LOOKUPS.labels("process", "hit").inc()
            return kept
        LOOKUPS.labels("process", "miss").inc()
        return await self._flights.run(("find", key, generation), lambda: self._fetch(key, generation, compute))

    async def _fetch(self, key: str, generation: str, compute: Callable[[], Awaitable[Value]]) -> Value:
        shared = await self._shared.find(key, generation) if self._shared.is_used_for(key) else None
        if shared is None:  # the flight of this fetch is the only one of its key
            return await self._compute(key, generation, compute)
        value, early = shared
        if early:
            self._flights.start(("compute", key, generation), lambda: self._compute(key, generation, compute))
        self._remember(key, generation, value)
        return value

    async def _compute(self, key: str, generation: str, compute: Callable[[], Awaitable[Value]]) -> Value:
        started = perf_counter()
        LOOKUPS.labels("engine", "asked").inc()
        value = await compute()
        cost_seconds = perf_counter() - started
        self._remember(key, generation, value)
        if self._shared.is_used_for(key) and self._shared.is_open():
            self._writes.start(key, lambda: self._shared.keep(key, generation, value, cost_seconds))
        return value

    def _remember(self, key: str, generation: str, value: Value) -> None:
        self._local.put((key, generation), value)


class CachedIndex:
    """A `SearchIndex` that asks `index` only on a cache miss."""

    def __init__(self, index: SearchIndex, redis: Redis) -> None:
        self._index = index
        self._generation = IndexGeneration(redis)
        self._words = IndexGeneration(redis, WORDS)
        self._found = TieredCache(self._generation, ResultCache(redis, "found", Found))
        self._suggested = TieredCache(self._generation, ResultCache(redis, "suggested", list[Suggestion]))

    async def search(self, query: SearchQuery, *, now: datetime) -> Found:
        canonical = canonical_query(query)
        return await self._found.find(query_key(canonical), lambda: self._index.search(canonical, now=now))

    async def suggest(self, typed: str, size: int, *, now: datetime, city: str | None = None) -> list[Suggestion]:
        text = canonical_text(typed)
        near = None if city is None else fold(city)
        return await self._suggested.find(
            text_key(text, size, near), lambda: self._index.suggest(text, size, now=now, city=near)
        )

    async def refresh(self, event_ids: Sequence[str], read: ReadDocuments, *, now: datetime) -> None:
        await self._index.refresh(event_ids, read, now=now)
        await self._generation.advance()

    async def refresh_named(self, ids: Sequence[str], read: ReadNamedDocuments, *, now: datetime) -> None:
        await self._index.refresh_named(ids, read, now=now)
        await self._generation.advance()

    async def rebuild(
        self,
        batches: AsyncIterator[list[EventDocument]],
        *,
        now: datetime,
        only_if_absent: bool = False,
        named: AsyncIterator[list[Entity]] | None = None,
    ) -> int:
        count = await self._index.rebuild(batches, now=now, only_if_absent=only_if_absent, named=named)
        await self._generation.advance()
        return count

    async def count(self) -> int:
        return await self._index.count()

    async def generation(self) -> str:
        """Return the token of the current generation; caches in front of this process use it in their keys."""
        return f"{await self._generation.current()}.{await self._words.current()}"

    async def outdate_words(self) -> None:
        """Invalidate the caches in front of this process: the availability words of some event changed."""
        await self._words.advance()
