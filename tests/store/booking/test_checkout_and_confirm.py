"""From free seats to sold ones, on real PostgreSQL and Redis."""

import asyncio

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.choice import BestAvailable
from admitone.booking.domain.refusals import (
    BookingNotFound,
    HoldExpired,
    NotEnoughTickets,
    OrphanSeat,
    PaymentDeclined,
    SeatsTaken,
    TicketLimitExceeded,
    UnknownSeat,
)
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import Confirmation, confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import expire_bookings, release_booking
from admitone.booking.usecases.seat_states import read_snapshot
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool
from tests.builders import TOKEN_KEYS, a_hall, a_wish, box_office, put_on_sale, terms_of_a_show

VISA = "pm_card_visa"


async def pay(deps: Deps, booking_id: str, method: str = VISA) -> Confirmation:
    token = booking_token(TOKEN_KEYS, booking_id)
    return await confirm_booking(deps, booking_id=booking_id, booking_token=token, payment_method=method)


async def test_two_seats_are_held_then_sold(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))

    booking = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))
    held = await read_snapshot(deps, event_id=show.event_id)
    confirmation = await pay(deps, booking.id)
    sold = await read_snapshot(deps, event_id=show.event_id)

    assert (booking.subtotal, booking.fees, booking.total) == (10_000, 1_000, 11_000)
    assert held.states == "hh" + "a" * 38
    assert confirmation.booking is not None
    assert confirmation.booking.status is BookingStatus.CONFIRMED
    assert sold.states == "ss" + "a" * 38
    assert sold.version > held.version


async def test_a_rival_is_told_at_once_and_offered_the_nearest_seats(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    await start_checkout(deps, order=a_wish(show.event_id, seats=("A-5", "A-6")))

    with pytest.raises(SeatsTaken) as refused:
        await start_checkout(deps, order=a_wish(show.event_id, seats=("A-6", "A-7")))

    assert refused.value.members["conflicts"] == ["A-6"]
    assert len(refused.value.members["alternatives"]) == 2
    assert (await read_snapshot(deps, event_id=show.event_id)).states.count("h") == 2


async def test_nothing_is_held_when_one_seat_of_several_is_taken(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    await start_checkout(deps, order=a_wish(show.event_id, seats=("B-1",)))

    with pytest.raises(SeatsTaken):
        await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "B-1", "C-1")))

    assert (await read_snapshot(deps, event_id=show.event_id)).states.count("h") == 1


async def test_released_seats_are_free_at_once(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, standing=5))
    order = a_wish(show.event_id, seats=("A-1",), areas=(("floor", 2),))
    booking = await start_checkout(deps, order=order)

    released = await release_booking(deps, booking_id=booking.id, booking_token=booking_token(TOKEN_KEYS, booking.id))
    snapshot = await read_snapshot(deps, event_id=show.event_id)
    again = await start_checkout(deps, order=order)

    assert released.status is BookingStatus.RELEASED
    assert snapshot.states == "a" * 40
    assert snapshot.areas["floor"].available == 5
    assert again.status is BookingStatus.IN_PROGRESS


async def test_a_hold_that_is_over_goes_to_whoever_asks_next(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, hold_seconds=1))
    late = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))
    await asyncio.sleep(1.05)

    next_one = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-2", "A-3")))
    with pytest.raises(HoldExpired):
        await pay(deps, late.id)
    confirmation = await pay(deps, next_one.id)

    assert confirmation.booking is not None
    snapshot = await read_snapshot(deps, event_id=show.event_id)
    assert snapshot.states == "ass" + "a" * 37


async def test_the_sweeper_ends_what_nobody_asks_for(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, hold_seconds=1))
    await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))
    assert await expire_bookings(deps) == 0
    await asyncio.sleep(2.1)

    assert await expire_bookings(deps) == 1

    assert (await read_snapshot(deps, event_id=show.event_id)).states == "a" * 40
    async with pool.connection() as conn:
        rows = await (await conn.execute("select distinct state from booking.tickets")).fetchall()
    assert rows == [{"state": "a"}]


async def test_a_declined_card_leaves_the_hold_and_another_card_may_pay(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    booking = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1",)))

    with pytest.raises(PaymentDeclined):
        await pay(deps, booking.id, "pm_card_visa_chargeDeclined")
    held = await read_snapshot(deps, event_id=show.event_id)
    confirmation = await pay(deps, booking.id)

    assert held.states[0] == "h"
    assert confirmation.booking is not None
    assert confirmation.booking.status is BookingStatus.CONFIRMED


async def test_confirming_twice_returns_the_same_booking(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    booking = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1",)))

    first, twin = await asyncio.gather(pay(deps, booking.id), pay(deps, booking.id))
    again = await pay(deps, booking.id)

    assert first == twin == again
    async with pool.connection() as conn:
        rows = await (await conn.execute("select count(*) from payments.payments")).fetchall()
    assert rows == [{"count": 1}]


async def test_a_wrong_token_is_no_such_booking(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    booking = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1",)))

    with pytest.raises(BookingNotFound):
        await confirm_booking(deps, booking_id=booking.id, booking_token="é" * 43, payment_method=VISA)


async def test_a_single_seat_is_not_left_alone_while_other_choices_remain(pool: Pool, redis: Redis) -> None:
    hall = a_hall(rows=2, seats=5)
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, allow_orphans=False))

    with pytest.raises(OrphanSeat) as refused:
        await start_checkout(deps, order=a_wish(show.event_id, seats=("A-2", "A-3")))
    await start_checkout(deps, order=a_wish(show.event_id, seats=("B-1", "B-2", "B-3", "B-4", "B-5")))
    await start_checkout(deps, order=a_wish(show.event_id, seats=("A-4", "A-5")))
    # Three seats are left in one row: whichever two are taken, one stays alone.
    last = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))

    assert refused.value.members["seats"] == ["A-1"]
    assert last.status is BookingStatus.IN_PROGRESS


async def test_best_available_is_side_by_side_and_near_the_stage(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    best = BestAvailable(quantity=2, section_id=None, price_level_id=None, together=True)

    first = await start_checkout(deps, order=a_wish(show.event_id, best=best))
    second = await start_checkout(deps, order=a_wish(show.event_id, best=best))

    assert [ticket.seat_id for ticket in first.tickets] == ["A-5", "A-6"]
    assert {ticket.row for ticket in second.tickets} <= {"A", "B"}


async def test_general_admission_sells_to_its_capacity_and_not_beyond(pool: Pool, redis: Redis) -> None:
    deps = box_office(pool, redis)
    show = await put_on_sale(deps, terms_of_a_show(standing=5))
    order = a_wish(show.event_id, areas=(("floor", 2),))
    bookings = [await start_checkout(deps, order=order) for _ in range(2)]

    with pytest.raises(NotEnoughTickets) as refused:
        await start_checkout(deps, order=order)
    await pay(deps, bookings[0].id)

    assert refused.value.members["available"] == 1
    snapshot = await read_snapshot(deps, event_id=show.event_id)
    assert (snapshot.states, snapshot.areas["floor"].available) == ("", 1)


async def test_one_buyer_stays_within_the_limit_across_parallel_bookings(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, ticket_limit=4))
    orders = [
        a_wish(show.event_id, seats=(f"{row}-1", f"{row}-2", f"{row}-3"), buyer_email="Ada@example.org")
        for row in "ABCD"
    ]

    answers = await asyncio.gather(*(start_checkout(deps, order=order) for order in orders), return_exceptions=True)

    assert sorted(type(answer).__name__ for answer in answers) == ["Booking", *["TicketLimitExceeded"] * 3]
    assert (await read_snapshot(deps, event_id=show.event_id)).states.count("h") == 3


async def test_the_same_idempotency_key_makes_one_booking(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, standing=100))
    order = a_wish(show.event_id, areas=(("floor", 2),), idempotency_key=b"k" * 32, request_hash=b"h" * 32)

    bookings = await asyncio.gather(*(start_checkout(deps, order=order) for _ in range(8)))

    assert len({booking.id for booking in bookings}) == 1
    assert (await read_snapshot(deps, event_id=show.event_id)).areas["floor"].available == 98


async def test_an_unknown_seat_is_named(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))

    with pytest.raises(UnknownSeat) as refused:
        await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "Z-9")))

    assert refused.value.members["seats"] == ["Z-9"]


async def test_more_than_the_limit_is_refused_before_anything_is_locked(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, ticket_limit=2))

    with pytest.raises(TicketLimitExceeded):
        await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2", "A-3")))
