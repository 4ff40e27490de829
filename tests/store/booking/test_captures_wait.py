"""Under overload, captures and mails wait: the processor's writes and the servers are for buyers who pay."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from admitone.booking.contracts import BookingsChanged
from admitone.booking.usecases.deps import Deps
from admitone.kit.postgres import Connection, Pool
from admitone.kit.rush_delay import RUSH_SECONDS
from tests.builders import JobsWritten
from tests.store.booking.sale_env import SaleEnv


@asynccontextmanager
async def overload(deps: Deps) -> AsyncIterator[None]:
    """Keep as many requests running at once as saturate the limiter."""
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


async def test_captures_and_mails_wait_under_overload(pool: Pool, redis: Redis) -> None:
    announced: list[bool] = []
    sale_env = await an_env(pool, redis, announced)
    await sale_env.bought("A-1", is_captured=False)
    idle = waits(sale_env.jobs)
    async with overload(sale_env.deps):
        await sale_env.bought("A-2", is_captured=False)
    rush = waits(sale_env.jobs)

    least, most = RUSH_SECONDS
    assert idle == {"payments.capture": 0, "booking.publish_sales": 0}
    assert rush["booking.publish_sales"] == 0
    assert least <= rush["payments.capture"] <= most
    assert announced == [False, True]


async def test_captures_and_mails_do_not_wait_where_the_operator_says_so(pool: Pool, redis: Redis) -> None:
    announced: list[bool] = []
    sale_env = await an_env(pool, redis, announced, defers_in_rush=False)
    async with overload(sale_env.deps):
        await sale_env.bought("A-1", is_captured=False)

    assert waits(sale_env.jobs)["payments.capture"] == 0
    assert announced == [False]


async def an_env(pool: Pool, redis: Redis, announced: list[bool], *, defers_in_rush: bool = True) -> SaleEnv:
    """Bookings that are announced say in `announced` whether there was a rush."""

    async def announce(_conn: Connection, changed: BookingsChanged) -> None:
        announced.append(changed.is_rush)

    return await SaleEnv(pool, redis, announce, defers_in_rush=defers_in_rush).open()


def waits(jobs: JobsWritten) -> dict[str, float]:
    return {name: jobs.waits[name] for name in ("payments.capture", "booking.publish_sales")}
