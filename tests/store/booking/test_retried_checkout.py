"""A checkout that is retried under its key gets what its first try got, not "taken", by its own first try."""

import asyncio

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.token import booking_token
from admitone.booking.ports import Locked, LockRequest
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.seat_states import read_snapshot
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.postgres import Pool
from admitone.kit.refusal import IdempotencyKeyReused
from tests.builders import TOKEN_KEYS, a_hall, a_wish, box_office, put_on_sale, terms_of_a_show

ATTEMPT = "01jd3x9k7qf0c8v5t2m4n6p8r0"


def two_seats(event_id: str, attempt_id: str | None = None) -> CheckoutOrder:
    return a_wish(
        event_id,
        seats=("A-1", "A-2"),
        idempotency_key=b"k" * 32,
        request_hash=b"h" * 32,
        attempt_id=attempt_id,
    )


async def test_locks_of_a_try_that_died_before_its_claim_are_the_retrys_own(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    await read_snapshot(deps, event_id=show.event_id)
    runs = ((0, 10), (0, 10))
    left = await deps.locks.lock(LockRequest(show.event_id, f"bkg_{ATTEMPT}", 600, (0, 1), runs, (), True))
    order = two_seats(show.event_id, ATTEMPT)

    booking = await start_checkout(deps, order=order)

    assert isinstance(left, Locked)
    assert [ticket.seat_id for ticket in booking.tickets] == ["A-1", "A-2"]
    assert (await read_snapshot(deps, event_id=show.event_id)).states == "hh" + "a" * 38


async def test_a_retry_under_the_same_attempt_leaves_the_hold_of_the_booking(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    order = two_seats(show.event_id, ATTEMPT)

    first, again = await start_checkout(deps, order=order), await start_checkout(deps, order=order)
    at_once = await asyncio.gather(*(start_checkout(deps, order=order) for _ in range(8)))

    assert {booking.id for booking in (first, again, *at_once)} == {f"bkg_{ATTEMPT}"}
    assert (await read_snapshot(deps, event_id=show.event_id)).states == "hh" + "a" * 38


async def test_without_its_record_a_retry_still_finds_its_booking(pool: Pool, redis: Redis) -> None:
    """Redis has lost the record: the retry is another attempt, and its seats are held, then sold, to itself."""
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    order = two_seats(show.event_id)
    first = await start_checkout(deps, order=order)

    held = await start_checkout(deps, order=order)
    token = booking_token(TOKEN_KEYS, first.id)
    await confirm_booking(deps, booking_id=first.id, booking_token=token, payment_method="pm_card_visa")
    sold = await start_checkout(deps, order=order)

    assert (held.id, sold.id) == (first.id, first.id)
    assert sold.status is BookingStatus.CONFIRMED


async def test_another_request_under_the_key_is_refused(pool: Pool, redis: Redis) -> None:
    hall = a_hall()
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    order = two_seats(show.event_id)
    await start_checkout(deps, order=order)

    with pytest.raises(IdempotencyKeyReused):
        await start_checkout(deps, order=msgspec.structs.replace(order, request_hash=b"o" * 32))
