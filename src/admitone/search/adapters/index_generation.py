"""The generation of the index: a token that changes after every index update.

All caches of results use it: in this process, in Redis, at the edge. It is a random token, not a number, so that a
Redis that lost its data never repeats one.
"""

import asyncio
from time import monotonic, time, time_ns

from redis.asyncio import Redis

from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.single_flight import SingleFlight
from admitone.search.adapters.result_cache import FAILURES

GENERATION = "search:generation"
WORDS = "search:words"
KNOWN_SECONDS_MAX = 0.2
"""Seconds for which a process uses the token that it read."""
SETTLE_SECONDS = 0.6
"""The port lets other processes see a change up to half a second late: a second token invalidates the results that they
computed meanwhile."""
_ANSWER_SECONDS_MAX = 0.1
_RETRY_SECONDS = 0.5


class IndexGeneration:
    """One token under `key`; `WORDS` is the one of the availability words, which only caches of responses use."""

    def __init__(self, redis: Redis, key: str = GENERATION) -> None:
        self._redis = redis
        self._key = key
        self._known = ""
        self._known_until = float("-inf")
        self._readings: SingleFlight[str, str] = SingleFlight()
        self._settled_at = float("-inf")
        self._settling: asyncio.Task[None] | None = None

    async def current(self) -> str:
        """Return the token. While Redis is down it changes every second, which bounds all caching to that time."""
        if monotonic() < self._known_until:
            return self._known
        return await self._readings.run(self._key, self._read)

    async def advance(self) -> None:
        """Invalidate all caches after an index update, and again when every process must have seen the update."""
        self._settled_at = monotonic() + SETTLE_SECONDS
        written = await self._write()
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle(written))

    async def settled(self) -> None:
        """Wait until a pending second token is written."""
        if self._settling is not None:
            await self._settling

    async def _settle(self, written: bool) -> None:
        while (rest := self._settled_at - monotonic()) > 0 or not written:
            await asyncio.sleep(rest if rest > 0 else _RETRY_SECONDS)
            written = await self._write()

    async def _read(self) -> str:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS_MAX):
                raw = await self._redis.get(self._key)
                if raw is None:
                    await self._redis.set(self._key, _token(), nx=True)
                    raw = await self._redis.get(self._key)
            token = raw.decode("ascii") if isinstance(raw, bytes) else ""
        except FAILURES:
            token = f"away-{int(time())}"
        self._known, self._known_until = token, monotonic() + KNOWN_SECONDS_MAX
        return token

    async def _write(self) -> bool:
        token = _token()
        try:
            async with asyncio.timeout(_ANSWER_SECONDS_MAX):
                await self._redis.set(self._key, token)
        except FAILURES as error:
            PROCESS_OUTAGES.failed("write search generation", error)
            return False
        PROCESS_OUTAGES.succeeded("write search generation")
        self._known, self._known_until = token, monotonic() + KNOWN_SECONDS_MAX
        return True


def _token() -> str:
    return f"{time_ns():x}"
