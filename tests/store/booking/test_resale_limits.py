"""What tickets on offer may cost others: mails, rows, and the time of people who pay at the same moment."""

import pytest
from redis.asyncio import Redis

from admitone.booking.domain.resale_refusals import TooManyOffers
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Kind
from tests.store.booking.test_resale import ResaleEnv


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> ResaleEnv:
    return await ResaleEnv(pool, redis).open()


async def test_a_ticket_is_offered_five_times_a_day(env: ResaleEnv) -> None:
    for _ in range(5):
        await env.give(0)
        await env.give(0)  # it stays on offer
        await env.take_back(0)
    told = len(env.told)

    with pytest.raises(TooManyOffers) as refused:
        await env.give(0, 1)
    assert (refused.value.kind, refused.value.members["ticket_ids"]) == (
        Kind.TOO_MANY,
        [env.giver.tickets[0].ticket_id],
    )
    assert len(env.told) == told
    await env.give(1)

    async with env.deps.pool.connection() as conn:
        await conn.execute("update booking.resales set offered_at = offered_at - interval '1 day'")
    await env.give(0)
