"""Limit card testing and code guessing: after some failures the next try waits, longer each time; the hold stays."""

import asyncio
from collections import Counter

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.attempt_limits import ATTEMPTS_FREE, CLIENT_DECLINES_FREE, HOLD_GUESSES_FREE
from admitone.booking.domain.origin import Origin
from admitone.booking.domain.refusals import InvalidPromoCode, PaymentDeclined, TooManyAttempts
from admitone.booking.domain.token import booking_token
from admitone.booking.store.bookings import read_booking
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Refusal
from tests.builders import TOKEN_KEYS, a_wish, box_office, put_on_sale, terms_of_a_show

VISA, DECLINED = "pm_card_visa", "pm_card_visa_chargeDeclined"


async def a_hold(deps: Deps, event_id: str, origin: Origin | None = None) -> Booking:
    if origin is None:
        return await start_checkout(deps, order=a_wish(event_id, areas=(("floor", 1),)))
    return await start_checkout(deps, order=CheckoutOrder(event_id, areas=(("floor", 1),), origin=origin))


async def pay(deps: Deps, booking_id: str, method: str) -> Booking | None:
    confirmation = await confirm_booking(
        deps,
        booking_id=booking_id,
        booking_token=booking_token(TOKEN_KEYS, booking_id),
        payment_method=method,
        buyer_email=f"{booking_id}@example.org",
    )
    return confirmation.booking


async def guess(deps: Deps, booking_id: str, code: str) -> Booking:
    token = booking_token(TOKEN_KEYS, booking_id)
    return await apply_promo_code(deps, booking_id=booking_id, booking_token=token, code=code)


async def add_code(pool: Pool, code: str) -> None:
    async with pool.connection() as conn:
        await conn.execute(
            "insert into booking.promo_codes (id, organization_id, code, code_key, revision, percent)"
            " values ('prm_1', 'org_house', %s, %s, 1, 100)",
            [code, code.casefold()],
        )


async def time_passes(pool: Pool, seconds: int) -> None:
    async with pool.connection() as conn:
        await conn.execute(
            "update booking.bookings set paying_since = paying_since - make_interval(secs => %s)", [seconds]
        )
        await conn.execute("update booking.failures set wait_until = wait_until - make_interval(secs => %s)", [seconds])


async def test_a_hold_accepts_a_few_declined_cards_and_a_good_one_after_a_wait(pool: Pool, redis: Redis) -> None:
    deps = box_office(pool, redis)
    show = await put_on_sale(deps, terms_of_a_show(standing=10))
    held = await a_hold(deps, show.event_id)
    for _ in range(ATTEMPTS_FREE):
        with pytest.raises(PaymentDeclined):
            await pay(deps, held.id, DECLINED)

    with pytest.raises(TooManyAttempts) as first:
        await pay(deps, held.id, VISA)
    await time_passes(pool, 5)
    with pytest.raises(PaymentDeclined):
        await pay(deps, held.id, DECLINED)
    with pytest.raises(TooManyAttempts) as second:
        await pay(deps, held.id, VISA)
    async with pool.connection() as conn:
        stored = await read_booking(conn, held.id)
    await time_passes(pool, 10)
    paid = await pay(deps, held.id, VISA)

    assert stored is not None
    assert stored.booking.status is BookingStatus.IN_PROGRESS, "the hold lives on"
    assert 1 <= (first.value.retry_after_seconds or 0) <= 5 < (second.value.retry_after_seconds or 0) <= 10
    assert paid is not None


async def test_a_client_that_tests_cards_on_many_holds_waits_too(pool: Pool, redis: Redis) -> None:
    deps = box_office(pool, redis)
    show = await put_on_sale(deps, terms_of_a_show(standing=50, ticket_limit=20))
    ada = Origin("ada's browser")
    for _ in range(CLIENT_DECLINES_FREE):
        with pytest.raises(PaymentDeclined):
            await pay(deps, (await a_hold(deps, show.event_id, ada)).id, DECLINED)
    mine, other = await a_hold(deps, show.event_id, ada), await a_hold(deps, show.event_id, Origin("bob's browser"))

    with pytest.raises(TooManyAttempts):
        await pay(deps, mine.id, VISA)

    assert await pay(deps, other.id, VISA) is not None


async def test_a_buyer_may_mistype_a_code_before_the_right_one(pool: Pool, redis: Redis) -> None:
    deps = box_office(pool, redis)
    show = await put_on_sale(deps, terms_of_a_show(standing=10))
    await add_code(pool, "FRIENDS")
    held = await a_hold(deps, show.event_id)
    for typo in ("FREINDS", "FRIEND"):
        with pytest.raises(InvalidPromoCode):
            await guess(deps, held.id, typo)

    assert (await guess(deps, held.id, "friends")).total == 0


async def test_concurrent_guesses_of_codes_wait_before_the_right_one(pool: Pool, redis: Redis) -> None:
    processes = [box_office(pool, redis) for _ in range(2)]
    show = await put_on_sale(processes[0], terms_of_a_show(standing=10))
    await add_code(pool, "GUESS43")
    held = await a_hold(processes[0], show.event_id)

    async def one(number: int) -> str:
        try:
            await guess(processes[number % 2], held.id, f"GUESS{number}")
        except Refusal as refusal:
            return refusal.code
        return "found"

    outcomes = Counter(await asyncio.gather(*(one(number) for number in range(60) if number != 43)))

    assert outcomes["invalid-promo-code"] == HOLD_GUESSES_FREE
    assert outcomes["too-many-attempts"] == 59 - HOLD_GUESSES_FREE
    with pytest.raises(TooManyAttempts):
        await guess(processes[0], held.id, "GUESS43")
    await time_passes(pool, 5)
    assert (await guess(processes[1], held.id, "GUESS43")).total == 0


async def test_guesses_of_codes_at_checkout_are_limited_too(pool: Pool, redis: Redis) -> None:
    deps = box_office(pool, redis)
    show = await put_on_sale(deps, terms_of_a_show(standing=10))
    outcomes: Counter[str] = Counter()
    for number in range(12):
        spelling = f"ada+{number}@example.org"
        order = a_wish(show.event_id, buyer_email=spelling, areas=(("floor", 1),), promo_code=f"G{number}")
        try:
            await start_checkout(deps, order=order)
        except Refusal as refusal:
            outcomes[refusal.code] += 1

    assert outcomes == {"invalid-promo-code": HOLD_GUESSES_FREE, "too-many-attempts": 12 - HOLD_GUESSES_FREE}


async def test_the_address_of_a_code_for_one_person_cannot_be_guessed_without_a_wait(pool: Pool, redis: Redis) -> None:
    deps = box_office(pool, redis)
    show = await put_on_sale(deps, terms_of_a_show(standing=10))
    await add_code(pool, "OPERA26")
    async with pool.connection() as conn:
        await conn.execute(
            "update booking.promo_codes set recipient_key = 'a@x.example', recipient_email = 'a@x.example'"
        )
    order = CheckoutOrder(show.event_id, areas=(("floor", 1),), promo_code="OPERA26", origin=Origin("stranger"))
    held = await start_checkout(deps, order=order)

    for _ in range(CLIENT_DECLINES_FREE):
        with pytest.raises(InvalidPromoCode):
            await pay(deps, held.id, VISA)
    with pytest.raises(TooManyAttempts):
        await pay(deps, held.id, VISA)
