"""A transfer locks the sold places that it gives: a refund at the same moment waits, or came before it."""

import asyncio

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import BookingStatus
from admitone.booking.store.refunds import mark_disputed
from admitone.booking.usecases.sold_places import lock_sold_places
from admitone.kit.postgres import Pool
from tests.store.booking.sale_env import SaleEnv


@pytest.fixture
async def sale_env(pool: Pool, redis: Redis) -> SaleEnv:
    return await SaleEnv(pool, redis).open()


async def is_waiting_for_a_lock(sale_env: SaleEnv) -> bool:
    async with sale_env.deps.pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
            "AND query ~ 'refunded'"
        )
        return await cursor.fetchone() is not None


async def test_a_refund_waits_for_the_transfer_that_came_first(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1", "A-2")
    places = {(booking.id, ticket.index) for ticket in booking.tickets}

    async with sale_env.deps.pool.connection() as conn, conn.transaction():
        assert await lock_sold_places(conn, places) == places
        refund = asyncio.create_task(sale_env.refund(booking))
        while not await is_waiting_for_a_lock(sale_env):
            assert not refund.done()
            await asyncio.sleep(0.01)
        assert (await sale_env.read(booking)).status is BookingStatus.CONFIRMED

    assert (await refund).booking.status is BookingStatus.REFUNDED


async def test_after_a_refund_nothing_is_locked(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1", "A-2")
    first, second = booking.tickets
    await sale_env.refund(booking, ticket_ids=(first.ticket_id,))

    async with sale_env.deps.pool.connection() as conn, conn.transaction():
        kept = await lock_sold_places(conn, [(booking.id, first.index), (booking.id, second.index)])
        of_another = await lock_sold_places(conn, [("bkg_another", second.index)])
        await mark_disputed(conn, booking.id, is_disputed=True)
        disputed = await lock_sold_places(conn, [(booking.id, second.index)])

    assert (kept, of_another, disputed) == ({(booking.id, second.index)}, set(), set())
