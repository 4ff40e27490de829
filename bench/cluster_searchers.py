"""Searchers of a cluster, who search all the time for what no cache knows, and what they got."""

import asyncio
import itertools
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bench.fault_load import longest_gap

PAUSE_SECONDS = 0.3
# As long as the buyers wait.
REQUEST_SECONDS_MAX = 10.0
_PRICES = itertools.count(1_000_000)


class Searchers:
    """`count` searchers, one request after the other each. Every search is new, and has an event to find."""

    def __init__(self, address: str, word: str, count: int) -> None:
        self._address, self._word, self._count = address, word, count
        self._asked = 0
        self._answered: list[tuple[float, float]] = []
        """When, and after how many seconds."""
        self._failed: list[tuple[float, float, str]] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with httpx.AsyncClient(
            base_url=self._address, timeout=REQUEST_SECONDS_MAX, verify=ssl.create_default_context()
        ) as http:
            tasks = [asyncio.create_task(self._search(http)) for _ in range(self._count)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def until_found(self) -> None:
        """Return when searches find the events."""
        while self._count and not self._answered:
            await asyncio.sleep(0.05)

    def report(self, struck_at: float, repaired_at: float, ended_at: float) -> dict[str, Any]:
        """Return what the searchers got from the fault to the repair, and from there to the end."""
        if not self._count:
            return {}
        moments = [at for at, _ in self._answered]
        ended = [*self._answered, *((at, spent) for at, spent, _ in self._failed)]
        failures = Counter(what for at, _, what in self._failed if struck_at <= at <= ended_at)
        return {
            "searchers": self._count,
            "searches": sum(struck_at <= at <= ended_at for at in moments),
            "seconds_without_an_answer": round(longest_gap(moments, struck_at, repaired_at), 2),
            "seconds_without_an_answer_in_repair": round(longest_gap(moments, repaired_at, ended_at), 2),
            "slowest_seconds": round(max(spent for at, spent in ended if at >= struck_at), 2),
            "failures": dict(failures.most_common()),
        }

    async def _search(self, http: httpx.AsyncClient) -> None:
        while True:
            began = time.monotonic()
            what = await self._ask(http)
            now = time.monotonic()
            if what is None:
                self._answered.append((now, now - began))
            elif self._answered:  # before, the events are not indexed yet
                self._failed.append((now, now - began, what))
            await asyncio.sleep(PAUSE_SECONDS)

    async def _ask(self, http: httpx.AsyncClient) -> str | None:
        """Return what is wrong with the answer, if anything."""
        try:
            answer = await http.get("/events/search", params={"q": self._word, "price_max": next(_PRICES)})
        except httpx.HTTPError as error:
            return f"no answer ({type(error).__name__})"
        if answer.status_code != 200:
            return f"{answer.status_code} {answer.json().get('code', '')}".strip()
        return None if answer.json()["events"] else "200 without the events"
