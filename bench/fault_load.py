"""Generate a steady load of sales through the gateway, record every call, and measure the effect of a fault."""

import asyncio
import itertools
import secrets
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import httpx

from admitone.testing.history import Call, History, Outcome, Racer
from admitone.testing.organizer import Show

BUYERS = 8
# Each buyer pauses between sales: the load is steady, and the machine has capacity to recover.
PAUSE_SECONDS = 0.1
RETRY_SECONDS = 0.1
CONFIRMS_MAX = 200
# Each request costs a client time for every connection that it has: with 60 buyers 17 ms a sale, with 10 buyers 6 ms.
BUYERS_A_CLIENT = 8
REQUEST_SECONDS_MAX = 10.0


class Load:
    """Buyers who buy one ticket after the other. `sold_at` contains the monotonic time of each acknowledged sale."""

    def __init__(
        self, address: str, *shows: Show, buyers: int = BUYERS, pause: float = PAUSE_SECONDS, readers: int = 0
    ) -> None:
        self._address = address
        self._readers, self._events = readers, [show.id for show in shows]
        self._shows = itertools.cycle(shows)
        self._buyers, self._pause = buyers, pause
        self._numbers = itertools.count()
        self.history = History()
        self.sold_at: list[float] = []
        self._sold_of: dict[str, list[float]] = {show.id: [] for show in shows}
        self.failed_at: list[tuple[float, str]] = []
        self.read_at: list[float] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        context = ssl.create_default_context()
        async with AsyncExitStack() as closing:
            clients = [
                await closing.enter_async_context(
                    httpx.AsyncClient(base_url=self._address, timeout=REQUEST_SECONDS_MAX, verify=context)
                )
                for _ in range(0, self._buyers, BUYERS_A_CLIENT)
            ]
            turns = itertools.cycle(clients)
            tasks = [asyncio.create_task(self._buy(next(turns))) for _ in range(self._buyers)]
            tasks += [asyncio.create_task(self._look(next(turns))) for _ in range(self._readers)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def longest_gap(self, since: float, until: float) -> float:
        """Return the longest time without an acknowledged sale that overlaps the span, in seconds."""
        return longest_gap(self.sold_at, since, until)

    def longest_gap_of_an_event(self, since: float, until: float) -> float:
        """Return the same for the event that waited longest: a server that has some events may be lost."""
        return max(longest_gap(moments, since, until) for moments in self._sold_of.values())

    def longest_gap_of_reads(self, since: float, until: float) -> float:
        """Return the longest time without an answer to any reader that overlaps the span, in seconds."""
        return longest_gap(self.read_at, since, until)

    def is_steady(self, since: float, seconds: float) -> bool:
        """Return whether sales were acknowledged for this time without a gap of a second, up to now."""
        now = time.monotonic()
        recent = [at for at in self.sold_at if at > now - seconds]
        return now - seconds >= since and bool(recent) and self.longest_gap(now - seconds, now) < 1.0

    def failures(self, since: float, until: float) -> Counter[str]:
        """Return the number of failed calls between these times, by response."""
        return Counter(what for at, what in self.failed_at if since <= at <= until)

    async def _look(self, http: httpx.AsyncClient) -> None:
        """Read details, seats and search results, one after the other."""
        for number in itertools.count():
            event = self._events[number % len(self._events)]
            path = (f"/events/details/{event}", f"/events/{event}/seats", f"/events/search?q=show{number}")
            with suppress(httpx.HTTPError):
                answer = await http.get(path[number % len(path)])
                if answer.status_code < 500:
                    self.read_at.append(time.monotonic())
            await asyncio.sleep(self._pause)

    async def _buy(self, http: httpx.AsyncClient) -> None:
        while True:
            racer = Racer(self.history, http, f"buyer{next(self._numbers)}")
            show = next(self._shows)
            held = self._noted(await racer.checkout(show, best_available={"quantity": 1}))
            if held.outcome is Outcome.OK and await self._pay(racer, held):
                self.sold_at.append(time.monotonic())
                self._sold_of[show.id].append(self.sold_at[-1])
            await asyncio.sleep(self._pause if held.outcome is Outcome.OK else RETRY_SECONDS)

    async def _pay(self, racer: Racer, held: Call) -> bool:
        """Retry until the outcome is known, under one key: no payment happens twice. Return whether it is paid."""
        key = secrets.token_hex(16)
        for _ in range(CONFIRMS_MAX):
            paid = self._noted(await racer.confirm(held, key=key))
            if paid.outcome is not Outcome.UNKNOWN:
                return paid.outcome is Outcome.OK
            await asyncio.sleep(RETRY_SECONDS)
        return False

    def _noted(self, call: Call) -> Call:
        if call.outcome is not Outcome.OK:
            what = f"{call.status} {call.code or ''}".strip() if call.status else "no answer"
            self.failed_at.append((time.monotonic(), what))
        return call


def longest_gap(moments: list[float], since: float, until: float) -> float:
    before = max((at for at in moments if at <= since), default=since)
    marks = [before, *(at for at in moments if since < at <= until), until]
    return max(later - earlier for earlier, later in itertools.pairwise(marks))
