"""An hour of an on-sale at the limit of the account at the processor, second by second on virtual time: the budget is
the real one, on a real Redis; the account is a model that rejects what exceeds its limits."""

import heapq
import itertools
import random
from collections import Counter, deque
from collections.abc import Iterator

from redis.asyncio import Redis

from admitone.kit.rush_delay import rush_delay_seconds
from admitone.payments.adapters.redis_budget import ACCOUNT, RedisBudget
from admitone.payments.adapters.stripe_limits import bookings_per_minute
from admitone.payments.domain.capture_delay import OVERDUE_SECONDS, PUT_OFF_SECONDS, is_overdue
from admitone.payments.ports import Endpoint, WriteRates

CREATE, CONFIRM, CAPTURE = Endpoint.CREATE, Endpoint.CONFIRM, Endpoint.CAPTURE
RUSH_SECONDS = 3_600
SECONDS_MAX = 3 * RUSH_SECONDS
SAID = 100.0, 25.0
ALLOWED, ALLOWED_AN_ENDPOINT = 45, 20
"""What the account allows a second is less than its settings say: 20 bookings need 40 writes, and 20 captures more
than is left."""


class _Account:
    """Accepts this many writes of a second, and names the limit that rejected one."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.rejected = 0

    def begin_second(self) -> None:
        self.accepted.clear()

    def write(self, endpoint: Endpoint) -> str:
        """Return the limit that rejects it; empty if it is accepted."""
        for limit, most in ((ACCOUNT, ALLOWED), (endpoint.value, ALLOWED_AN_ENDPOINT)):
            if self.accepted[limit] >= most:
                self.rejected += 1
                return limit
        self.accepted[ACCOUNT] += 1
        self.accepted[endpoint.value] += 1
        return ""


class _OnSale:
    """Buyers as the waiting room admits them, and the capture jobs of their bookings."""

    def __init__(self, budget: RedisBudget, seed: int) -> None:
        self.account = _Account()
        self.sold_in_minute: Counter[int] = Counter()
        self.captures: Counter[int] = Counter()
        self.sold = self.overdue = self.waited_max = self.captured_late_max = 0
        self._budget, self._random = budget, random.Random(seed)
        self._admitted, self._rates = 0.0, WriteRates(SAID[0], dict.fromkeys(Endpoint, SAID[1]))
        self._waiting: dict[Endpoint, deque[int]] = {CREATE: deque(), CONFIRM: deque()}
        self._jobs: list[tuple[float, int, list[tuple[int, int]], float | None]] = []
        """Due, a tie-break, (booking, sold in second), put off since."""
        self._numbers = itertools.count()
        self._second = 0

    def is_over(self) -> bool:
        return self._second >= RUSH_SECONDS and not self._jobs and not any(self._waiting.values())

    async def live_a_second(self) -> None:
        self.account.begin_second()
        if self._second < RUSH_SECONDS:
            self._admitted += bookings_per_minute(self._rates) / 60
            self._waiting[CREATE].extend([self._second] * int(self._admitted))
            self._admitted -= int(self._admitted)
        sold = await self._serve_buyers() if self._second < RUSH_SECONDS or any(self._waiting.values()) else []
        await self._capture_what_is_due()
        if sold:
            wait = rush_delay_seconds(is_rush=True, uniform=self._random.uniform)
            heapq.heappush(self._jobs, (self._second + wait, next(self._numbers), sold, None))
        self._second += 1

    async def _serve_buyers(self) -> list[tuple[int, int]]:
        asked = {endpoint: (len(queue), 0) for endpoint, queue in self._waiting.items()}
        granted, self._rates = await self._take(asked)
        sold: list[tuple[int, int]] = []
        created = await self._write(CREATE, granted[CREATE].urgent)
        for _ in range(await self._write(CONFIRM, granted[CONFIRM].urgent)):
            self.waited_max = max(self.waited_max, self._second - self._waiting[CONFIRM].popleft())
            sold.append((self.sold, self._second))
            self.sold += 1
            self.sold_in_minute[self._second // 60] += 1
        self._waiting[CONFIRM].extend(self._waiting[CREATE].popleft() for _ in range(created))
        return sold

    async def _capture_what_is_due(self) -> None:
        """The jobs of a second ask the budget one after the other; here they ask it together."""
        due = []
        while self._jobs and self._jobs[0][0] <= self._second:
            due.append(heapq.heappop(self._jobs)[2:])
        if not due:
            return
        self.overdue += sum(is_overdue(since, self._second) for _, since in due)
        granted, _ = await self._take({CAPTURE: (0, sum(len(bookings) for bookings, _ in due))})
        left = await self._write(CAPTURE, granted[CAPTURE].others)
        for bookings, since in due:
            done, put_off = bookings[:left], bookings[left:]
            left -= len(done)
            for booking, sold_in in done:
                self.captures[booking] += 1
                self.captured_late_max = max(self.captured_late_max, self._second - sold_in)
            if put_off:
                again = self._second + self._random.uniform(*PUT_OFF_SECONDS)
                kept = since if since is not None else float(self._second)
                heapq.heappush(self._jobs, (again, next(self._numbers), put_off, kept))

    async def _write(self, endpoint: Endpoint, count: int) -> int:
        """Return how many of the calls were accepted; the budget learns of the others, as the adapter tells it."""
        answers = [self.account.write(endpoint) for _ in range(count)]
        for limit in {*answers} - {""}:
            await self._take({endpoint: (0, 0)}, rejected=limit)
        return answers.count("")

    async def _take(self, asked: dict[Endpoint, tuple[int, int]], *, rejected: str = ""):  # type: ignore[no-untyped-def]
        return await self._budget.take(asked, rejected=rejected, now=1_000.0 + self._second)


def _minutes(on_sale: _OnSale, minutes: range) -> Iterator[int]:
    return (on_sale.sold_in_minute[minute] for minute in minutes)


async def test_captures_of_the_beginning_do_not_compete_with_the_end_and_none_is_lost(redis: Redis) -> None:
    on_sale = _OnSale(RedisBudget(redis, *SAID), seed=7)

    seconds = 0
    while not on_sale.is_over():
        await on_sale.live_a_second()
        seconds += 1
        assert seconds < SECONDS_MAX, "captures are left"

    # Before the first captures are due, and at the end, when the most are.
    beginning, end = sum(_minutes(on_sale, range(1, 3))) / 2, sum(_minutes(on_sale, range(50, 60))) / 10
    assert end >= beginning * 0.95
    assert on_sale.sold >= RUSH_SECONDS * ALLOWED_AN_ENDPOINT * 0.6
    assert on_sale.waited_max <= 5
    assert on_sale.captures == Counter(range(on_sale.sold))
    assert on_sale.overdue == 0
    assert on_sale.captured_late_max < OVERDUE_SECONDS
    assert on_sale.account.rejected < (on_sale.sold * 3 + on_sale.account.rejected) * 0.05
