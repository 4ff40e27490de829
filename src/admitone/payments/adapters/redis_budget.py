"""The write budget of the account at the processor, in Redis: all processes take from one bucket (`take_writes.lua`).

Without Redis every write is granted: the processor's own limit is the truth, and its 429 is handled.
"""

import asyncio
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

from admitone.kit.batcher import Batcher
from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.sql import load_lua
from admitone.payments.ports import ProviderUnreachable

KEY = "payments:budget"
BUYER_SECONDS_MAX = 10.0
"""How long a buyer's write waits for its turn. The payment then counts as unanswered, and a job asks again."""
_PAUSE_SECONDS = 0.1
_FAILURES = (RedisError, OSError, TimeoutError)


class RedisBudget:
    """A `WriteBudget`. `ceiling`: writes a second that the account is said to have."""

    def __init__(self, redis: Redis, ceiling: float) -> None:
        self._ceiling = ceiling
        self._script = redis.register_script(load_lua(__package__, "take_writes"))
        self._buyers: Batcher[None, bool] = Batcher(self._grant, name="write_budget")

    async def spend(self) -> None:
        deadline = asyncio.get_running_loop().time() + BUYER_SECONDS_MAX
        while not await self._buyers.submit(None):
            if asyncio.get_running_loop().time() >= deadline:
                raise ProviderUnreachable("the write budget is spent", retry_after_seconds=1.0)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def spare(self, count: int) -> int:
        return (await self.take(others=count))[1]

    async def record_rejection(self) -> None:
        await self.take(is_rejected=True)

    async def writes_per_second(self) -> float:
        return (await self.take())[2]

    async def take(
        self, *, urgent: int = 0, others: int = 0, is_rejected: bool = False, now: float | None = None
    ) -> tuple[int, int, float]:
        """Return the writes granted to buyers and to others, and the learned writes a second. `now`: for tests."""
        asked = ("" if now is None else now, self._ceiling, urgent, others, int(is_rejected))
        try:
            for_buyers, for_others, rate = await self._script(keys=[KEY], args=asked)
        except _FAILURES as error:
            PROCESS_OUTAGES.failed("take from the write budget", error)
            return urgent, others, self._ceiling
        PROCESS_OUTAGES.succeeded("take from the write budget")
        return for_buyers, for_others, float(rate)

    async def _grant(self, writes: Sequence[None]) -> Sequence[bool | Exception]:
        granted, _, _ = await self.take(urgent=len(writes))
        return [i < granted for i in range(len(writes))]
