"""What tickets on offer may cost others: mails, rows, and the time of people who pay at the same moment."""

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts.resale import PersonNotice
from admitone.booking.domain.refusals import SaleLost
from admitone.booking.domain.resale_refusals import TooManyOffers
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Kind
from admitone.payments.contracts import RefundView
from admitone.payments.usecases.refunds import get_refunds
from tests.builders import box_office
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


async def test_a_refund_that_comes_between_the_reads_and_the_locks_does_not_end_the_offer(
    env: ResaleEnv, pool: Pool, redis: Redis
) -> None:
    """The sale reads what was refunded, and then the organizer pays goodwill: the next buyer has the ticket all the
    same, and the first one gets the rest."""
    await env.give(0)
    offered = await env.look(await env.join("ada"))

    async def list_refunds(booking_id: str) -> list[RefundView]:
        known = await get_refunds(env.payments, booking_id)
        if not known:
            await env.refund(env.giver, amount=6_000)
        return known

    env.deps = box_office(pool, redis, seat_map=env.hall, defer=env.jobs, tell=env.announce, list_refunds=list_refunds)
    await env.pay(offered)
    await env.work()

    assert (await env.resales(), sorted(await env.refunds())) == (["sold"], [5_000, 6_000])


async def test_the_buyer_is_told_of_an_offer_that_ends_because_the_ticket_was_transferred(env: ResaleEnv) -> None:
    await env.give(0)
    offered = await env.look(await env.join("ada"))
    ticket = env.giver.tickets[0]
    async with env.deps.pool.connection() as conn:
        await conn.execute(
            "insert into tickets.tickets (ticket_id, event_id, index, booking_id, version, holder_name)"
            " values (%s, %s, %s, %s, 2, 'Eve')",
            [ticket.ticket_id, env.show.event_id, ticket.index, env.giver.id],
        )

    with pytest.raises(SaleLost):
        await env.pay(offered)

    assert await env.resales() == ["ended"]
    assert env.notices() == [PersonNotice.RESALE_OFFERED, PersonNotice.RESALE_ENDED]
