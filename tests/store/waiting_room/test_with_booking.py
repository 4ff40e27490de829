"""The waiting room and booking together: nobody checks out without a pass, and buying makes room for the next."""

import dataclasses

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.follow_bookings import follow_bookings
from admitone.booking.usecases.release_booking import release_booking
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.postgres import Pool
from admitone.waiting_room.contracts import WaitingRoomPassRequired
from admitone.waiting_room.domain.refusals import NotYet
from admitone.waiting_room.usecases.enter_sale import enter_sale
from admitone.waiting_room.usecases.restore_passes import restore_passes
from admitone.waiting_room.usecases.spend_passes import spend_passes
from admitone.waiting_room.usecases.take_turn import take_turn
from tests.builders import TOKEN_KEYS, a_wish, box_office, put_on_sale
from tests.waiting_room_cast import House


@pytest.fixture
def house(pool: Pool) -> House:
    return House(pool)


@pytest.fixture
def booking(house: House, pool: Pool, redis: Redis) -> BookingDeps:
    return with_waiting_room(house, box_office(pool, redis))


def with_waiting_room(house: House, office: BookingDeps) -> BookingDeps:
    """Booking and the waiting room plugged into each other, as `runtime/wiring.py` does."""

    async def enter(event_id: str, given: str | None, booking_id: str) -> str | None:
        return await enter_sale(house.deps, event_id, given, booking_id)

    deps = dataclasses.replace(office, enter_sale=enter, spend_passes=spend_passes, restore_passes=restore_passes)
    house.deps = dataclasses.replace(house.deps, follow_bookings=lambda ids: follow_bookings(deps, booking_ids=ids))
    return deps


async def open_the_sale(house: House, booking: BookingDeps, **terms: int | str | None) -> None:
    await house.announce(opens_in=-1, **terms)  # type: ignore[arg-type]
    assert house.terms is not None
    await put_on_sale(booking, house.terms)


def order(house: House, given: str | None) -> CheckoutOrder:
    return a_wish(house.event_id, areas=(("floor", 1),), given_pass=given)


async def test_buying_makes_room_and_uses_the_pass_up(house: House, booking: BookingDeps) -> None:
    await open_the_sale(house, booking, max_active=1)
    await house.round()  # the draw, of nobody: these two stand as they come
    first, second = await house.join("the first fan"), await house.join("the second fan")
    await house.round()
    given = await take_turn(house.deps, event_id=house.event_id, queue_token=first.queue_token)
    with pytest.raises(WaitingRoomPassRequired):
        await start_checkout(booking, order=order(house, None))
    held = await start_checkout(booking, order=order(house, given.pass_))
    await house.pass_time(601)
    while_paying = await house.round()
    with pytest.raises(NotYet):
        await take_turn(house.deps, event_id=house.event_id, queue_token=second.queue_token)
    token = booking_token(TOKEN_KEYS, held.id)
    await confirm_booking(booking, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")
    after = await house.round()

    assert (while_paying.serving, after.serving) == (1, 2)
    await take_turn(house.deps, event_id=house.event_id, queue_token=second.queue_token)
    with pytest.raises(WaitingRoomPassRequired):
        await start_checkout(booking, order=order(house, given.pass_))


async def test_giving_seats_back_keeps_the_pass(house: House, booking: BookingDeps) -> None:
    await open_the_sale(house, booking, max_active=1)
    joined = await house.join("a fan who wavers")
    await house.round()
    given = await take_turn(house.deps, event_id=house.event_id, queue_token=joined.queue_token)

    for _ in range(2):
        held = await start_checkout(booking, order=order(house, given.pass_))
        await release_booking(booking, booking_id=held.id, booking_token=booking_token(TOKEN_KEYS, held.id))
        await house.round()

    assert (await house.count()).active == 1


async def test_a_queue_for_overload_asks_for_nothing_while_it_is_off(house: House, booking: BookingDeps) -> None:
    await open_the_sale(house, booking, mode="auto", pre_queue_in=None)
    await house.round()
    held = await start_checkout(booking, order=order(house, None))
    async with house.pool.connection() as conn:
        await conn.execute("update waiting_room.queues set on_since = clock_timestamp()")
    house.deps.statuses.clear()

    assert held.total == 2_000
    with pytest.raises(WaitingRoomPassRequired):
        await start_checkout(booking, order=order(house, None))


async def test_terms_of_before_the_waiting_room_ask_for_nothing(house: House, booking: BookingDeps) -> None:
    await house.announce(mode="off", opens_in=-1)
    assert house.terms is not None
    assert b'"mode":"off"' in msgspec.json.encode(house.terms)
    await put_on_sale(booking, house.terms)

    assert (await start_checkout(booking, order=order(house, "whatever"))).total == 2_000
