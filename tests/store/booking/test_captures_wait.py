"""While a crowd pays, captures wait: the processor's writes are the buyers'."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from admitone.booking.usecases.deps import Deps
from admitone.kit.postgres import Pool
from admitone.payments.domain.capture_delay import RUSH_SECONDS
from tests.builders import JobsWritten
from tests.store.booking.sale_env import SaleEnv


@asynccontextmanager
async def a_crowd(deps: Deps) -> AsyncIterator[None]:
    """Buyers who come without end, as many at once as are a crowd."""
    limiter = deps.sale.limiter

    async def come() -> None:
        while True:
            async with limiter.acquire(priority=True):
                await asyncio.sleep(0.01)

    buyers = [asyncio.create_task(come()) for _ in range(limiter.limit)]
    while not limiter.is_saturated:
        await asyncio.sleep(0)
    yield
    for buyer in buyers:
        buyer.cancel()
    await asyncio.gather(*buyers, return_exceptions=True)


async def test_captures_wait_while_a_crowd_pays(pool: Pool, redis: Redis) -> None:
    sale_env = await SaleEnv(pool, redis).open()
    await sale_env.bought("A-1", is_captured=False)
    calm = waits(sale_env.jobs)
    async with a_crowd(sale_env.deps):
        await sale_env.bought("A-2", is_captured=False)
    rush = waits(sale_env.jobs)

    least, most = RUSH_SECONDS
    assert calm == {"payments.capture": 0, "booking.publish_sales": 0}
    assert rush["booking.publish_sales"] == 0
    assert least <= rush["payments.capture"] <= most


def waits(jobs: JobsWritten) -> dict[str, float]:
    return {name: jobs.waits[name] for name in ("payments.capture", "booking.publish_sales")}
