"""The caches of search on a real Redis, around the real engine, which counts its queries."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from pathlib import Path
from time import monotonic

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis

from admitone.catalogue.contracts import Availability, EventDocument
from admitone.kit.redis import open_redis
from admitone.search.adapters.cached_index import CachedIndex
from admitone.search.adapters.index_generation import IndexGeneration
from admitone.search.adapters.result_cache import BYTES_A_SECOND_MAX, ResultCache
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.contracts import SearchQuery, Suggestion
from admitone.search.ports import Found
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.find_events import search_events
from tests.limits import SECONDS_MAX
from tests.ports.search_documents import NOW, document, in_batches
from tests.socket_servers import serve_connections

SilentRedis = tuple[Redis, list[asyncio.StreamWriter]]


class AskedIndex(TantivyIndex):
    """The real engine; `asked` counts its searches and suggestions."""

    asked = 0

    async def search(self, query: SearchQuery, *, now: datetime) -> Found:
        self.asked += 1
        return await super().search(query, now=now)

    async def suggest(self, typed: str, size: int, *, now: datetime, city: str | None = None) -> list[Suggestion]:
        self.asked += 1
        return await super().suggest(typed, size, now=now, city=city)


@pytest.fixture
async def engine(tmp_path: Path) -> AskedIndex:
    index = AskedIndex(tmp_path)
    await index.rebuild(in_batches([document("a", "Gala"), document("b", "Matinee")]), now=NOW)
    return index


def lookups(layer: str, outcome: str) -> float:
    labels = {"layer": layer, "outcome": outcome}
    return REGISTRY.get_sample_value("admitone_search_cache_total", labels) or 0.0


async def found(index: CachedIndex, q: str = "gala") -> list[str]:
    return [hit.document.id for hit in (await index.search(SearchQuery(q=q), now=NOW)).hits]


async def is_kept(redis: Redis, count: int = 1) -> None:
    """Wait until the result is in Redis: it is written after the answer."""
    deadline = monotonic() + SECONDS_MAX
    while len(await redis.keys("search:[fs]*")) < count:
        assert monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_a_thousand_simultaneous_misses_are_one_query_of_the_engine(redis: Redis, engine: AskedIndex) -> None:
    index = CachedIndex(engine, redis)

    answers = await asyncio.gather(*(found(index) for _ in range(1_000)))

    assert all(answer == ["evt_a"] for answer in answers)
    assert engine.asked == 1


async def test_a_thousand_keystrokes_are_one_query_too(redis: Redis, engine: AskedIndex) -> None:
    index = CachedIndex(engine, redis)

    answers = await asyncio.gather(*(index.suggest("Gal", 5, now=NOW) for _ in range(1_000)))

    assert {answer[0].name for answer in answers} == {"Gala"}
    assert engine.asked == 1


async def test_equivalent_queries_are_answered_from_the_cache(redis: Redis, engine: AskedIndex) -> None:
    index = CachedIndex(engine, redis)

    answers = [await found(index, q) for q in ("gala", " GALA ", "gála", "Gala!")]

    assert (answers, engine.asked) == ([["evt_a"]] * 4, 1)


async def test_processes_share_cached_results(redis: Redis, engine: AskedIndex) -> None:
    await found(CachedIndex(engine, redis))
    await is_kept(redis)
    before = lookups("redis", "hit")

    whole = await CachedIndex(engine, redis).search(SearchQuery(q="gala"), now=NOW)

    assert (engine.asked, lookups("redis", "hit") - before) == (1, 1)
    assert whole == await engine.search(SearchQuery(q="gala"), now=NOW)


async def test_an_index_update_invalidates_every_cache(redis: Redis, engine: AskedIndex, tmp_path: Path) -> None:
    writer, reader = CachedIndex(TantivyIndex(tmp_path), redis), CachedIndex(engine, redis)
    assert await found(reader) == ["evt_a"]
    await is_kept(redis)

    async def read(_ids: tuple[str, ...]) -> list[EventDocument]:
        return [document("c", "Gala")]

    await writer.refresh(["evt_c"], read, now=NOW)

    deadline = monotonic() + SECONDS_MAX
    while sorted(await found(reader)) != ["evt_a", "evt_c"]:
        assert monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_a_result_of_a_late_process_is_invalidated_too(redis: Redis) -> None:
    """An engine shows a change to other processes up to half a second later: a second generation follows the first."""
    writer, reader = IndexGeneration(redis), IndexGeneration(redis)

    await writer.advance()
    first = await reader.current()
    await writer.settled()
    await asyncio.sleep(0.25)

    assert await reader.current() != first


async def test_a_generation_is_never_repeated(redis: Redis) -> None:
    before = await IndexGeneration(redis).current()
    await redis.flushdb()

    assert await IndexGeneration(redis).current() != before


@pytest.fixture
async def silent_redis(tmp_path: Path) -> AsyncIterator[SilentRedis]:
    """A Redis that accepts connections and never answers; the list has one entry per connection."""
    path = tmp_path / "silent.sock"
    writers: list[asyncio.StreamWriter] = []

    async def keep_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.read()

    async with serve_connections(keep_silent, path=path), open_redis(f"unix://{path}") as client:
        yield client, writers


async def test_search_answers_without_redis(engine: AskedIndex, tmp_path: Path) -> None:
    async with open_redis(f"unix://{tmp_path}/missing.sock") as unreachable:
        index = CachedIndex(engine, unreachable)
        before = lookups("redis", "away")

        assert await found(index) == ["evt_a"]
        assert (await index.suggest("gal", 5, now=NOW))[0].name == "Gala"
        assert (await index.generation()).startswith("away-")
        assert lookups("redis", "away") > before


async def test_a_redis_that_hangs_is_skipped(engine: AskedIndex, silent_redis: SilentRedis) -> None:
    client, connections = silent_redis
    index = CachedIndex(engine, client)

    answers = [await found(index, f"gala {'x' * number}") for number in range(20)]

    assert len(answers) == engine.asked == 20
    # A query that reaches this Redis ends its connection; most queries do not.
    assert len(connections) < 10


async def test_rare_queries_do_not_fill_redis(redis: Redis) -> None:
    cache = ResultCache(redis, "found", list[str])
    noise = [[f"{number}-{at}" for at in range(20_000)] for number in range(200)]

    for number, value in enumerate(noise):
        await cache.keep(str(number), "1", value, 0.01)

    sizes = [await redis.strlen(key) for key in await redis.keys("search:*")]
    assert 0 < sum(sizes) < 20 * BYTES_A_SECOND_MAX
    assert len(sizes) < len(noise)


async def test_while_no_value_is_found_few_keys_are_looked_up(redis: Redis) -> None:
    cache = ResultCache(redis, "found", list[str])
    keys = [f"{number * 7919 % 65536:04x}" for number in range(600)]

    asked = [key for key in keys if cache.is_used_for(key) and await cache.find(key, "1") is None]

    assert asked[:100] == keys[:100]  # nothing is known yet
    assert len(asked[300:]) < len(keys[300:]) / 4
    assert ResultCache(redis, "found", list[str]).is_used_for(keys[-1])


async def test_look_ups_return_when_values_are_found_again(redis: Redis) -> None:
    cache = ResultCache(redis, "found", list[str])
    for number in range(300):
        await cache.find(f"{number:04x}", "1")
    skipped = "ffff"
    assert not cache.is_used_for(skipped)
    await cache.keep("0000", "1", ["gala"], 0.01)

    for _ in range(20):
        await cache.find("0000", "1")

    assert cache.is_used_for(skipped)


async def test_an_entry_of_another_release_is_a_miss(redis: Redis, engine: AskedIndex) -> None:
    await found(CachedIndex(engine, redis))
    await is_kept(redis)
    for key in await redis.keys("search:found:*"):
        await redis.set(key, b"\x93 not this")

    assert await found(CachedIndex(engine, redis)) == ["evt_a"]
    assert engine.asked == 2


class Reading:
    """Booking's availability, as the test sets it; `fault` is raised instead."""

    def __init__(self) -> None:
        self.count = 0
        self.word = "limited"
        self.fault: Exception | None = None

    async def __call__(self, ids: tuple[str, ...]) -> dict[str, Availability]:
        self.count += 1
        await asyncio.sleep(0.01)
        if self.fault is not None:
            raise self.fault
        return {identifier: Availability(identifier, self.word, 1, 10, {}) for identifier in ids}


def _deps(index: CachedIndex, reading: Reading, read_generation: Callable[[], Awaitable[str]] | None = None) -> Deps:
    async def nothing(*_: object) -> list[EventDocument]:
        return []

    return Deps(
        index=index,
        read_documents=nothing,
        scan_documents=nothing,
        read_availability=reading,
        now=lambda: NOW,
        read_generation=read_generation,
    )


async def test_availability_is_read_again_though_the_events_are_cached(redis: Redis, engine: AskedIndex) -> None:
    reading = Reading()
    deps = _deps(CachedIndex(engine, redis), reading)

    for _ in range(3):
        await search_events(deps, SearchQuery(q="gala"))
    await asyncio.gather(*(search_events(deps, SearchQuery(q="gala")) for _ in range(100)))

    assert (engine.asked, reading.count) == (1, 4)


async def test_availability_is_read_once_for_different_queries_until_a_word_changes(
    redis: Redis, engine: AskedIndex
) -> None:
    reading, index = Reading(), CachedIndex(engine, redis)
    deps = _deps(index, reading, index.generation)

    async def found_with(q: str) -> list[str]:
        return [event["availability"] for event in (await search_events(deps, SearchQuery(q=q))).events]

    assert [await found_with(q) for q in ("gala", "gal", "galas")] == [["limited"]] * 3
    assert reading.count == 1
    reading.word = "sold_out"
    await index.outdate_words()
    assert await found_with("gala") == ["sold_out"]


async def test_without_the_database_search_answers_without_availability(redis: Redis, engine: AskedIndex) -> None:
    reading = Reading()
    reading.fault = TimeoutError()
    deps = _deps(CachedIndex(engine, redis), reading)

    first, second = [await search_events(deps, SearchQuery(q="gala")) for _ in range(2)]

    assert [event["id"] for event in first.events] == ["evt_a"]
    assert "availability" not in first.events[0]
    assert second.events == first.events
    assert reading.count == 1  # the database is not queried for a while
