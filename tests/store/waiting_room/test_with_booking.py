"""The waiting room and booking together: nobody checks out without a pass, and buying makes room for the next."""

import dataclasses

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.read_bookings import get_booking_states
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.postgres import Pool
from admitone.waiting_room.contracts import WaitingRoomPassRequired
from admitone.waiting_room.domain.refusals import NotYet
from admitone.waiting_room.usecases.passes import enter_sale, take_turn
from tests.builders import TOKEN_KEYS, a_wish, box_office, put_on_sale
from tests.waiting_room_fixtures import Env


@pytest.fixture
def env(pool: Pool) -> Env:
    return Env(pool)


@pytest.fixture
def booking(env: Env, pool: Pool, redis: Redis) -> BookingDeps:
    return with_waiting_room(env, box_office(pool, redis))


def with_waiting_room(env: Env, office: BookingDeps) -> BookingDeps:
    """Booking and the waiting room plugged into each other, as `runtime/wiring/` does."""

    async def enter(event_id: str, given: str | None, booking_id: str) -> str | None:
        return await enter_sale(env.deps, event_id, given, booking_id)

    deps = dataclasses.replace(office, enter_sale=enter)
    env.deps = dataclasses.replace(env.deps, get_booking_states=lambda ids: get_booking_states(deps, booking_ids=ids))
    return deps


async def open_the_sale(env: Env, booking: BookingDeps, **terms: int | str | None) -> None:
    await env.announce(opens_in=-1, **terms)  # type: ignore[arg-type]
    assert env.terms is not None
    await put_on_sale(booking, env.terms)


def order(env: Env, given: str | None) -> CheckoutOrder:
    return a_wish(env.event_id, areas=(("floor", 1),), given_pass=given)


async def test_buying_makes_room_and_uses_the_pass_up(env: Env, booking: BookingDeps) -> None:
    await open_the_sale(env, booking, max_active=1)
    await env.round()  # the draw, of nobody: these two stand as they come
    first, second = await env.join("the first fan"), await env.join("the second fan")
    await env.round()
    given = await take_turn(env.deps, event_id=env.event_id, queue_token=first.queue_token)
    with pytest.raises(WaitingRoomPassRequired):
        await start_checkout(booking, order=order(env, None))
    held = await start_checkout(booking, order=order(env, given.pass_))
    await env.pass_time(601)
    while_paying = await env.round()
    with pytest.raises(NotYet):
        await take_turn(env.deps, event_id=env.event_id, queue_token=second.queue_token)
    token = booking_token(TOKEN_KEYS, held.id)
    await confirm_booking(booking, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")
    after = await env.round()

    assert (while_paying.serving, after.serving) == (1, 2)
    await take_turn(env.deps, event_id=env.event_id, queue_token=second.queue_token)
    with pytest.raises(WaitingRoomPassRequired):
        await start_checkout(booking, order=order(env, given.pass_))


async def test_giving_seats_back_keeps_the_pass(env: Env, booking: BookingDeps) -> None:
    await open_the_sale(env, booking, max_active=1)
    joined = await env.join("a fan who wavers")
    await env.round()
    given = await take_turn(env.deps, event_id=env.event_id, queue_token=joined.queue_token)

    for _ in range(2):
        held = await start_checkout(booking, order=order(env, given.pass_))
        await release_booking(booking, booking_id=held.id, booking_token=booking_token(TOKEN_KEYS, held.id))
        await env.round()

    assert (await env.count()).active == 1


async def test_an_overload_queue_requires_nothing_while_it_is_off(env: Env, booking: BookingDeps) -> None:
    await open_the_sale(env, booking, mode="auto", pre_queue_in=None)
    await env.round()
    held = await start_checkout(booking, order=order(env, None))
    async with env.pool.connection() as conn:
        await conn.execute("update waiting_room.queues set on_since = clock_timestamp()")
    env.deps.queues.clear()

    assert held.total == 2_000
    with pytest.raises(WaitingRoomPassRequired):
        await start_checkout(booking, order=order(env, None))


async def test_terms_of_before_the_waiting_room_ask_for_nothing(env: Env, booking: BookingDeps) -> None:
    await env.announce(mode="off", opens_in=-1)
    assert env.terms is not None
    assert b'"mode":"off"' in msgspec.json.encode(env.terms)
    await put_on_sale(booking, env.terms)

    assert (await start_checkout(booking, order=order(env, "whatever"))).total == 2_000
