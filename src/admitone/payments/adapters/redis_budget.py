"""The write budget of the account at the processor, in Redis: all processes take from the same buckets, one for the
account and one for each endpoint (`take_writes.lua`).

Without Redis every write is granted: the processor's own limit is the truth, and its 429 is handled.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import prometheus_client
from msgspec import Struct
from prometheus_client import Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from admitone.kit.batcher import Batcher
from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.sql import load_lua
from admitone.payments.ports import Endpoint, Limit, ProviderUnreachable, WriteRates

KEY = "payments:budgets"
ACCOUNT = "account"
BUYER_SECONDS_MAX = 10.0
"""How long a buyer's write waits for its turn. The payment then counts as unanswered, and a job asks again."""
_PAUSE_SECONDS = 0.1
_FAILURES = (RedisError, OSError, TimeoutError)

RATE = Gauge("admitone_processor_writes_per_second", "What the processor is believed to allow now", ["limit"])
REJECTED = prometheus_client.Counter(
    "admitone_processor_rejections_total", "Calls that the processor rejected for their rate", ["limit", "endpoint"]
)


class Granted(Struct, frozen=True):
    """The writes granted for one endpoint: to buyers, and to what can wait."""

    urgent: int
    others: int


class RedisBudget:
    """A `WriteBudget`. `ceiling`, `endpoint_ceiling`: writes a second that the account, and each endpoint, is said to
    have."""

    def __init__(self, redis: Redis, ceiling: float, endpoint_ceiling: float) -> None:
        self._ceilings = ceiling, endpoint_ceiling
        self._script = redis.register_script(load_lua(__package__, "take_writes"))
        self._buyers: Batcher[Endpoint, bool] = Batcher(self._grant, name="write_budget")

    async def spend(self, endpoint: Endpoint) -> None:
        deadline = asyncio.get_running_loop().time() + BUYER_SECONDS_MAX
        while not await self._buyers.submit(endpoint):
            if asyncio.get_running_loop().time() >= deadline:
                raise ProviderUnreachable("the write budget is spent", retry_after_seconds=1.0)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def spare(self, endpoint: Endpoint, count: int) -> int:
        granted, _ = await self.take({endpoint: (0, count)})
        return granted[endpoint].others

    async def record_rejection(self, endpoint: Endpoint, limit: Limit) -> None:
        REJECTED.labels(limit.value, endpoint.value).inc()
        if limit is not Limit.OBJECT:
            await self.take({endpoint: (0, 0)}, rejected=ACCOUNT if limit is Limit.ACCOUNT else endpoint.value)

    async def rates(self) -> WriteRates:
        return (await self.take(dict.fromkeys(Endpoint, (0, 0))))[1]

    async def take(
        self, asked: Mapping[Endpoint, tuple[int, int]], *, rejected: str = "", now: float | None = None
    ) -> tuple[dict[Endpoint, Granted], WriteRates]:
        """Take writes by endpoint, for buyers and for what can wait; return what was granted and the learned rates.

        `rejected`: `ACCOUNT` or an endpoint's name, if the processor rejected a call for it. `now`: for tests.
        """
        arguments = ["" if now is None else now, *self._ceilings, rejected]
        for endpoint, (urgent, others) in asked.items():
            arguments += [endpoint.value, urgent, others]
        try:
            answer = await self._script(keys=[KEY], args=arguments)
        except _FAILURES as error:
            PROCESS_OUTAGES.failed("take from the write budget", error)
            account, ceiling = self._ceilings
            return {name: Granted(*given) for name, given in asked.items()}, WriteRates(
                account, dict.fromkeys(asked, ceiling)
            )
        PROCESS_OUTAGES.succeeded("take from the write budget")
        return _read(list(asked), answer)

    async def _grant(self, writes: Sequence[Endpoint]) -> Sequence[bool | Exception]:
        granted, _ = await self.take({endpoint: (count, 0) for endpoint, count in Counter(writes).items()})
        left = {endpoint: given.urgent for endpoint, given in granted.items()}
        answers: list[bool | Exception] = []
        for endpoint in writes:
            left[endpoint] -= 1
            answers.append(left[endpoint] >= 0)
        return answers


def _read(endpoints: Sequence[Endpoint], answer: Sequence[bytes | int]) -> tuple[dict[Endpoint, Granted], WriteRates]:
    account, rest = float(answer[0]), iter(answer[1:])
    granted: dict[Endpoint, Granted] = {}
    rates: dict[Endpoint, float] = {}
    for endpoint, urgent, others, rate in zip(endpoints, rest, rest, rest, strict=True):
        granted[endpoint] = Granted(int(urgent), int(others))
        rates[endpoint] = float(rate)
        RATE.labels(endpoint.value).set(rates[endpoint])
    RATE.labels(ACCOUNT).set(account)
    return granted, WriteRates(account, rates)
