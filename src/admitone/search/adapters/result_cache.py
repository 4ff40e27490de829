"""Results in Redis, shared by all processes: valid for a minute, or until the index changes.

Losing all of it is harmless. If Redis does not answer, a search waits `_ANSWER_SECONDS_MAX` once per `_AWAY_SECONDS`.
"""

import asyncio
import zlib
from random import random
from time import monotonic, time
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from admitone.search.domain.circuit_breaker import CircuitBreaker
from admitone.search.domain.early import is_due_early

LOOKUPS = Counter(
    "admitone_search_cache_total", "Look-ups of search results, by layer (process, redis, engine)", ["layer", "outcome"]
)

LIFETIME_SECONDS = 60.0
ENTRY_BYTES_MAX = 256 * 1024
BYTES_A_SECOND_MAX = 128 * 1024
"""Bytes written by one process a second: a million different queries fill at most 60 s × 128 kB = 8 MB of Redis.

That is some 50 results a second. With more new queries than that, writing them costs more than it saves.
"""
_BURST_BYTES = 1024 * 1024
_ENTRY_BYTES_MIN = 4 * 1024
"""With less left, a page of events is not even compressed, which costs as much as half a search."""
RARELY_FOUND = 0.1
"""Below this share of hits a look-up costs more than it saves: a search of a new text costs less than ten of them."""
_SHARE_ASKED = 16
_HITS_REMEMBERED = 64
_ANSWER_SECONDS_MAX = 0.1
_AWAY_SECONDS = 1.0
_LAYOUT = "1"
FAILURES = (RedisError, OSError, TimeoutError)

Value = TypeVar("Value")


class Entry(Struct, frozen=True, array_like=True):
    """`body` is compressed; times in Unix seconds."""

    generation: str
    expires_at: float
    cost_seconds: float
    body: bytes


class ResultCache(Generic[Value]):
    """Values of one type under `search:<kind>:<key>`; a value of another generation of the index is ignored."""

    def __init__(self, redis: Redis, kind: str, value_type: type[Value]) -> None:
        self._redis = redis
        self._prefix = f"search:{kind}:{_LAYOUT}:"
        self._decoder = msgspec.msgpack.Decoder(value_type)
        self._breaker = CircuitBreaker(_AWAY_SECONDS)
        self._budget = float(_BURST_BYTES)
        self._budget_at = monotonic()
        self._hit_share = 1.0

    def is_used_for(self, key: str) -> bool:
        """Return whether to look `key` up, and to keep its value.

        While Redis has few of the values that are looked up (every query is new), only one key in 16 is: the same ones
        in every process, so that they show when more are found.
        """
        return self._hit_share >= RARELY_FOUND or int(key[:4], 16) % _SHARE_ASKED == 0

    async def find(self, key: str, generation: str) -> tuple[Value, bool] | None:
        """Return (the value, whether the caller should recompute it in the background), or None."""
        if not self._breaker.allows_call():
            LOOKUPS.labels("redis", "away").inc()
            return None
        try:
            async with asyncio.timeout(_ANSWER_SECONDS_MAX):
                raw = await self._redis.get(self._prefix + key)
        except FAILURES:
            self._breaker.record_failure()
            LOOKUPS.labels("redis", "away").inc()
            return None
        found = self._read(raw, generation)
        self._hit_share += ((found is not None) - self._hit_share) / _HITS_REMEMBERED
        return found

    def _read(self, raw: object, generation: str) -> tuple[Value, bool] | None:
        if raw is None:
            LOOKUPS.labels("redis", "miss").inc()
            return None
        assert isinstance(raw, bytes)
        try:
            entry = msgspec.msgpack.decode(raw, type=Entry)
            value = self._decoder.decode(zlib.decompress(entry.body))
        except (msgspec.DecodeError, zlib.error):  # written by another release
            LOOKUPS.labels("redis", "unreadable").inc()
            return None
        now = time()
        if entry.generation != generation:
            LOOKUPS.labels("redis", "outdated").inc()
            return None
        if now >= entry.expires_at:
            LOOKUPS.labels("redis", "miss").inc()
            return None
        chance = 1.0 - random()  # noqa: S311 -- a lottery about work, nothing secret
        early = is_due_early(now=now, expires_at=entry.expires_at, cost_seconds=entry.cost_seconds, chance=chance)
        LOOKUPS.labels("redis", "early" if early else "hit").inc()
        return value, early

    async def keep(self, key: str, generation: str, value: Value, cost_seconds: float) -> None:
        """Store a value that took `cost_seconds` to compute, unless it is too large or the write limit is reached."""
        if not self.is_open():
            return
        body = zlib.compress(msgspec.msgpack.encode(value), 1)
        if len(body) > min(ENTRY_BYTES_MAX, self._budget):
            LOOKUPS.labels("redis", "not_kept").inc()
            return
        self._budget -= len(body)
        entry = Entry(generation, time() + LIFETIME_SECONDS, cost_seconds, body)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS_MAX):
                await self._redis.set(
                    self._prefix + key, msgspec.msgpack.encode(entry), px=int(LIFETIME_SECONDS * 1000)
                )
        except FAILURES:
            self._breaker.record_failure()

    def is_open(self) -> bool:
        """Return whether `keep` may write now."""
        is_open = self._breaker.allows_call() and self._earned() >= _ENTRY_BYTES_MIN
        if not is_open:
            LOOKUPS.labels("redis", "not_kept").inc()
        return is_open

    def _earned(self) -> float:
        """Return the bytes that may be written now."""
        now = monotonic()
        earned = (now - self._budget_at) * BYTES_A_SECOND_MAX
        self._budget, self._budget_at = min(_BURST_BYTES, self._budget + earned), now
        return self._budget
