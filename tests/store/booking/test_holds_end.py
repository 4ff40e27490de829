"""A seat that was held back and is sold, or leaves the sale, comes back without the hold of then."""

import asyncio
import secrets

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import BoxOfficePayment
from admitone.booking.domain.seat_changes import NO_HOLD, Maker
from admitone.booking.store.hold_backs import list_holds
from admitone.booking.usecases.exchange_seat import ExchangeRequest, exchange_seat
from admitone.booking.usecases.hold_back_seats import HoldBack, hold_back_seats
from admitone.booking.usecases.seat_states import reissue_inventory
from admitone.booking.usecases.sell_at_box_office import BoxOfficeOrder, sell_at_box_office
from admitone.kit.postgres import Pool
from tests.builders import STALLS, put_on_sale
from tests.store.booking.sale_env import ORGANIZER, SaleEnv
from tests.store.booking.test_claims_race import is_waiting


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> SaleEnv:
    return await SaleEnv(pool, redis).open()


async def hold_back(env: SaleEnv, *seats: str) -> None:
    await hold_back_seats(
        env.desk,
        organization_id=ORGANIZER.organization_id,
        event_id=env.show.event_id,
        request=HoldBack(hold_back=seats, reason="Press", held_for="Radio"),
        made_by=Maker("key_1", "Ada"),
    )


async def rows(env: SaleEnv) -> int:
    async with env.deps.pool.connection() as conn:
        cursor = await conn.execute(
            "select (select count(*) from booking.hold_backs) + (select count(*) from booking.hold_back_reasons) as n"
        )
        row = await cursor.fetchone()
    assert row is not None
    return int(row["n"])


async def test_a_seat_that_the_box_office_sold_comes_back_without_its_hold(env: SaleEnv) -> None:
    await hold_back(env, "A-1")
    order = BoxOfficeOrder(
        env.show.event_id, BoxOfficePayment.CASH, secrets.token_bytes(32), secrets.token_bytes(32), ("A-1",)
    )
    booking = await sell_at_box_office(env.desk, identity=ORGANIZER, order=order)

    await env.refund(booking, return_seats=False)

    async with env.deps.pool.connection() as conn:
        assert await list_holds(conn, env.show.event_id) == {0: NO_HOLD}


async def test_a_seat_that_a_ticket_moved_to_comes_back_without_its_hold(env: SaleEnv) -> None:
    await hold_back(env, "A-5")
    booking = await env.bought("A-1")
    request = ExchangeRequest(booking.tickets[0].ticket_id, "A-5")
    moved = await exchange_seat(env.desk, identity=ORGANIZER, booking_id=booking.id, request=request, request_key=None)

    await env.refund(moved, return_seats=False)

    async with env.deps.pool.connection() as conn:
        assert await list_holds(conn, env.show.event_id) == {4: NO_HOLD}


async def test_a_seat_that_leaves_the_sale_loses_its_hold(env: SaleEnv) -> None:
    await hold_back(env, "A-1")
    revision = env.show.revision + 1
    levels = tuple(level for level in env.show.price_levels if level.id != STALLS.id)
    env.show = msgspec.structs.replace(env.show, revision=revision, price_levels=levels)
    await put_on_sale(env.deps, env.show)

    await reissue_inventory(env.deps, event_id=env.show.event_id)

    assert (await env.seats())[0] == "b"
    assert await rows(env) == 0


async def test_seats_to_release_and_to_hold_back_are_locked_in_one_order(env: SaleEnv) -> None:
    """Two requests that each release what the other holds back wait for one another, and do not deadlock."""
    await hold_back(env, "A-6")
    lock = "select from booking.tickets where event_id = %s and index = %s for update nowait"
    both = HoldBack(release=("A-6",), hold_back=("A-2",))
    async with env.deps.pool.connection() as conn, conn.transaction():
        await conn.execute(lock, [env.show.event_id, 1])
        act = hold_back_seats(
            env.desk, organization_id=ORGANIZER.organization_id, event_id=env.show.event_id, request=both
        )
        request = asyncio.create_task(act)
        assert await is_waiting(request)
        await conn.execute(lock, [env.show.event_id, 5])

    await request
    assert (await env.seats())[:6] == "abaaaa"
