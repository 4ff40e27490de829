"""One pass, one purchase: at most one live hold at a time, and the sale itself spends the pass."""

import asyncio
from collections import Counter

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.refusals import PassInUse, SaleLost
from admitone.booking.domain.token import booking_token
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.payments import PaymentStart, begin_late_payment
from admitone.booking.usecases.checkout.paying import sell_booking
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Refusal
from admitone.waiting_room.contracts import WaitingRoomPassRequired
from admitone.waiting_room.store.passes import restore_passes, spend_passes
from admitone.waiting_room.usecases.passes import take_turn
from tests.builders import TOKEN_KEYS, a_wish, box_office
from tests.store.waiting_room.test_with_booking import open_the_sale, with_waiting_room
from tests.waiting_room_fixtures import Env

VISA = "pm_card_visa"


async def a_pass(env: Env, booking: BookingDeps) -> str:
    await open_the_sale(env, booking, max_active=2)
    joined = await env.join("the only fan")
    await env.round()
    return (await take_turn(env.deps, event_id=env.event_id, queue_token=joined.queue_token)).pass_


async def hold(booking: BookingDeps, env: Env, given: str) -> Booking:
    wish = a_wish(env.event_id, areas=(("floor", 1),), given_pass=given)
    return await start_checkout(booking, order=wish)


async def pay(booking: BookingDeps, held: Booking) -> Booking | None:
    token = booking_token(TOKEN_KEYS, held.id)
    paid = await confirm_booking(booking, booking_id=held.id, booking_token=token, payment_method=VISA)
    return paid.booking


async def lapse(pool: Pool, booking_id: str) -> None:
    async with pool.connection() as conn:
        await conn.execute(
            "update booking.bookings set expires_at = clock_timestamp() - interval '1 s' where id = %s", [booking_id]
        )


async def test_of_eight_checkouts_at_once_with_one_pass_one_is_confirmed(pool: Pool, redis: Redis) -> None:
    env = Env(pool)
    processes = [with_waiting_room(env, box_office(pool, redis)) for _ in range(2)]
    given = await a_pass(env, processes[0])

    async def buy(number: int) -> str:
        try:
            held = await hold(processes[number % 2], env, given)
            await pay(processes[number % 2], held)
        except Refusal as refusal:
            return refusal.code
        return "confirmed"

    outcomes = Counter(await asyncio.gather(*(buy(number) for number in range(8))))

    assert outcomes["confirmed"] == 1
    assert set(outcomes) <= {"confirmed", "pass-in-use", "waiting-room-pass-required"}


async def test_a_pass_is_spent_by_the_sale_and_not_by_a_later_round(pool: Pool, redis: Redis) -> None:
    env = Env(pool)
    booking = with_waiting_room(env, box_office(pool, redis))
    given = await a_pass(env, booking)
    await pay(booking, await hold(booking, env, given))

    with pytest.raises(WaitingRoomPassRequired):
        await hold(booking, env, given)

    assert (await env.count()).active == 0


async def test_a_second_hold_waits_for_the_end_of_the_first(pool: Pool, redis: Redis) -> None:
    env = Env(pool)
    booking = with_waiting_room(env, box_office(pool, redis))
    given = await a_pass(env, booking)
    first = await hold(booking, env, given)
    with pytest.raises(PassInUse):
        await hold(booking, env, given)
    await lapse(pool, first.id)

    second = await hold(booking, env, given)

    assert second.status is BookingStatus.IN_PROGRESS


async def test_a_late_payment_sells_nothing_once_the_pass_has_bought(pool: Pool, redis: Redis) -> None:
    env = Env(pool)
    booking = with_waiting_room(env, box_office(pool, redis))
    given = await a_pass(env, booking)
    late = await hold(booking, env, given)
    await lapse(pool, late.id)
    await pay(booking, await hold(booking, env, given))
    async with pool.connection() as conn:
        stored = await begin_late_payment(conn, late.id, 0)
    assert stored is not None, "its places are still its own"

    with pytest.raises(SaleLost):
        await sell_booking(booking, stored=stored)

    async with pool.connection() as conn:
        after = await read_booking(conn, late.id)
    assert after is not None
    assert after.booking.status is BookingStatus.FAILED


async def test_a_pass_whose_sale_was_lost_buys_again(pool: Pool, redis: Redis) -> None:
    env = Env(pool)
    booking = with_waiting_room(env, box_office(pool, redis))
    given = await a_pass(env, booking)
    held = await hold(booking, env, given)
    stored = await booking.sale.starts.submit(PaymentStart(held.id, "", None, None, None, 0, VISA))
    assert stored is not None
    async with pool.connection() as conn:
        await conn.execute("update booking.tickets set state = 'a', booking_id = null where booking_id = %s", [held.id])
    with pytest.raises(SaleLost):
        await sell_booking(booking, stored=stored)

    assert await pay(booking, await hold(booking, env, given)) is not None


async def test_a_sale_that_comes_to_nothing_leaves_the_pass_as_it_was(pool: Pool, redis: Redis) -> None:
    env = Env(pool)
    booking = with_waiting_room(env, box_office(pool, redis))
    given = await a_pass(env, booking)
    held = await hold(booking, env, given)
    place = (env.event_id, 0)

    async with pool.connection() as conn, conn.transaction():
        spent = await spend_passes(conn, [(*place, held.id)])
        rival = await spend_passes(conn, [(*place, "bkg_rival")])
        await restore_passes(conn, [held.id])

    assert (spent, rival) == ({held.id}, set())
    assert (await pay(booking, held)) is not None
