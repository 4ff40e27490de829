"""Whatever stops in the middle comes to an end: the buyer has tickets and paid, or neither."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import psycopg
import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.refusals import EventCancelled, HoldExpired, SaleLost, SaleNotOpen
from admitone.booking.domain.token import booking_token
from admitone.booking.sale.selling import AuthorizationMoved, Paid
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.payments import PaymentStart
from admitone.booking.usecases.checkout.paying import PaymentPending
from admitone.booking.usecases.confirm_booking import Confirmation, confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import expire_bookings
from admitone.booking.usecases.resolve_payments import resolve_overdue, resolve_payment, resolve_stalled
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import EventStatus, SaleTerms
from admitone.kit.postgres import Pool
from admitone.payments.contracts import PaymentOrder, PaymentOutcome, PaymentState
from tests.builders import STALLS, TOKEN_KEYS, JobsWritten, a_hall, a_wish, box_office, put_on_sale, terms_of_a_show

VISA, DECLINED, LOST_ANSWER = "pm_card_visa", "pm_card_chargeDeclined", "pm_timeout_after"


async def a_booking(pool: Pool, redis: Redis) -> tuple[Deps, SaleTerms, Booking]:
    hall = a_hall(rows=1, seats=6)
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    return deps, show, await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))


async def begin(deps: Deps, booking: Booking) -> StoredBooking:
    """The first step of a confirm; the process dies after it."""
    stored = await deps.sale.starts.submit(PaymentStart(booking.id, "", None, None, None, 0))
    assert stored is not None
    return stored


def order_of(stored: StoredBooking, payment_method: str | None) -> PaymentOrder:
    booking = stored.booking
    return PaymentOrder(booking.id, stored.attempt, booking.total, booking.currency, payment_method)


async def pay(deps: Deps, booking: Booking, method: str = VISA) -> Confirmation:
    token = booking_token(TOKEN_KEYS, booking.id)
    return await confirm_booking(deps, booking_id=booking.id, booking_token=token, payment_method=method)


async def status_of(deps: Deps, booking: Booking) -> BookingStatus:
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking.id)
    assert stored is not None
    return stored.booking.status


async def intents(deps: Deps) -> list[str]:
    async with deps.pool.connection() as conn:
        rows = await (await conn.execute("select status from simulated_processor.intents")).fetchall()
    return sorted(row["status"] for row in rows)


async def places(deps: Deps) -> str:
    async with deps.pool.connection() as conn:
        rows = await (await conn.execute("select state from booking.tickets order by index")).fetchall()
    return "".join(row["state"] for row in rows)


async def pass_time(deps: Deps, seconds: int) -> None:
    """Every moment that PostgreSQL keeps moves back."""
    by = timedelta(seconds=seconds)
    async with deps.pool.connection() as conn:
        await conn.execute(
            """update booking.bookings set created_at = created_at - %(by)s, expires_at = expires_at - %(by)s,
               paying_since = paying_since - %(by)s""",
            {"by": by},
        )
        await conn.execute("update booking.overdue set noted_at = noted_at - %(by)s", {"by": by})


async def mark_try(deps: Deps, status: str) -> None:
    async with deps.pool.connection() as conn:
        await conn.execute("update payments.payments set status = %s", [status])


async def settle_all(deps: Deps) -> None:
    """What the worker's rounds do, long after the hold's time."""
    await pass_time(deps, 700)
    await expire_bookings(deps)
    await pass_time(deps, 60)
    await resolve_overdue(deps)


async def test_authorized_and_then_the_process_died(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    outcome = await deps.authorize(order_of(await begin(deps, booking), VISA))
    assert outcome.state is PaymentState.AUTHORIZED

    await resolve_payment(deps, booking_id=booking.id)

    assert await status_of(deps, booking) is BookingStatus.CONFIRMED
    assert await places(deps) == "ssaaaa"


async def test_the_answer_was_lost_and_the_round_asks_again(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    await deps.authorize(order_of(await begin(deps, booking), LOST_ANSWER))
    await resolve_stalled(deps)
    assert await status_of(deps, booking) is BookingStatus.PAYING
    await pass_time(deps, 11)

    await resolve_stalled(deps)

    assert await status_of(deps, booking) is BookingStatus.CONFIRMED


async def test_a_decline_that_nobody_heard_leaves_the_hold(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    await deps.authorize(order_of(await begin(deps, booking), DECLINED))

    await resolve_payment(deps, booking_id=booking.id)

    assert await status_of(deps, booking) is BookingStatus.IN_PROGRESS
    assert (await pay(deps, booking)).booking is not None


async def test_begun_and_never_asked_is_freed_when_its_time_is_over(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await a_booking(pool, redis)
    await begin(deps, booking)
    with pytest.raises(PaymentPending):
        await resolve_payment(deps, booking_id=booking.id)

    await settle_all(deps)

    assert await status_of(deps, booking) is BookingStatus.EXPIRED
    assert await places(deps) == "aaaaaa"
    snapshot = await deps.locks.snapshot(show.event_id)
    assert snapshot is not None
    assert snapshot.states == "aaaaaa"


async def test_the_processor_is_asked_before_seats_are_freed_and_a_buyer_who_paid_wins(
    pool: Pool, redis: Redis
) -> None:
    deps, _, booking = await a_booking(pool, redis)
    await deps.authorize(order_of(await begin(deps, booking), LOST_ANSWER))

    await settle_all(deps)

    assert await status_of(deps, booking) is BookingStatus.CONFIRMED
    assert await places(deps) == "ssaaaa"


async def test_while_the_processor_does_not_answer_nothing_is_freed(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    await begin(deps, booking)

    async def no_answer(booking_id: str) -> PaymentOutcome:
        return PaymentOutcome(booking_id, PaymentState.UNKNOWN)

    await settle_all(replace(deps, settle=no_answer))

    assert await status_of(deps, booking) is BookingStatus.PAYING
    assert await places(deps) == "ccaaaa"
    await resolve_overdue(deps)
    assert await status_of(deps, booking) is BookingStatus.EXPIRED


async def test_one_that_has_no_answer_does_not_keep_others_waiting(pool: Pool, redis: Redis) -> None:
    deps, show, stuck = await a_booking(pool, redis)
    other = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-3",)))
    await begin(deps, stuck)
    await begin(deps, other)
    settle = deps.settle

    async def one_has_no_answer(booking_id: str) -> PaymentOutcome:
        return PaymentOutcome(booking_id, PaymentState.UNKNOWN) if booking_id == stuck.id else await settle(booking_id)

    await settle_all(replace(deps, settle=one_has_no_answer))

    assert await status_of(deps, stuck) is BookingStatus.PAYING
    assert await status_of(deps, other) is BookingStatus.EXPIRED


async def test_a_process_that_wakes_up_after_its_booking_ended_sells_nothing_and_takes_nothing(
    pool: Pool, redis: Redis
) -> None:
    """Stopped between two steps for longer than the hold: its late sale finds a booking that is over."""
    deps, _, booking = await a_booking(pool, redis)
    stored = await begin(deps, booking)
    await settle_all(deps)
    assert isinstance(deps.defer, JobsWritten)
    deps.defer.jobs.clear()
    late = await deps.authorize(order_of(stored, VISA))

    sold = await deps.sale.sales.submit(Paid(stored, late.is_recorded))
    with pytest.raises((SaleLost, HoldExpired)):
        await pay(deps, booking)

    assert sold is None
    assert late.state in (PaymentState.AUTHORIZED, PaymentState.VOIDED)
    assert await places(deps) == "aaaaaa"


async def test_a_lock_that_may_have_been_given_long_is_let_go_by_a_job(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await a_booking(pool, redis)
    await begin(deps, booking)
    await settle_all(deps)

    assert isinstance(deps.defer, JobsWritten)
    assert deps.defer.named("booking.release_locks") == [{"event_id": show.event_id, "booking_id": booking.id}]


async def test_nobody_sells_on_an_authorization_that_is_being_ended(pool: Pool, redis: Redis) -> None:
    """The provider said yes; before the sale is made, somebody marks the try as one that is cancelled."""
    deps, _, booking = await a_booking(pool, redis)
    stored = await begin(deps, booking)
    said = await deps.authorize(msgspec.structs.replace(order_of(stored, VISA), sale_records_it=True))
    await mark_try(deps, "ending")

    with pytest.raises(AuthorizationMoved):
        await deps.sale.sales.submit(Paid(stored, said.is_recorded))

    assert said.state is PaymentState.AUTHORIZED
    assert await status_of(deps, booking) is BookingStatus.PAYING
    assert await places(deps) == "ccaaaa"


async def test_a_try_that_moved_on_before_its_sale_is_asked_about_again(pool: Pool, redis: Redis) -> None:
    """Captured by hand at the provider, and its event was here before the sale: paid for is paid for."""
    deps, _, booking = await a_booking(pool, redis)

    async def authorize(order: PaymentOrder) -> PaymentOutcome:
        said = await deps.authorize(order)
        if order.sale_records_it:
            await mark_try(deps, "captured")
        return said

    await pay(replace(deps, authorize=authorize), booking)

    assert await status_of(deps, booking) is BookingStatus.CONFIRMED
    assert await places(deps) == "ssaaaa"


async def test_what_a_buyer_and_a_job_finish_in_one_batch_is_sold_once(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    stored = await begin(deps, booking)
    said = await deps.authorize(msgspec.structs.replace(order_of(stored, VISA), sale_records_it=True))

    twins = await asyncio.gather(*(deps.sale.sales.submit(Paid(stored, said.is_recorded)) for _ in range(2)))

    assert [twin is not None and twin.status for twin in twins] == [BookingStatus.CONFIRMED] * 2
    assert isinstance(deps.defer, JobsWritten)
    assert len(deps.defer.named("payments.capture")) == 1


async def test_jobs_that_ask_again_leave_no_further_jobs(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    await begin(deps, booking)
    assert isinstance(deps.defer, JobsWritten)
    deps.defer.jobs.clear()

    for _ in range(3):
        with pytest.raises(PaymentPending):
            await resolve_payment(deps, booking_id=booking.id)

    assert deps.defer.named("booking.resolve_payment") == []


async def test_an_event_that_is_cancelled_during_checkout_cannot_be_paid(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await a_booking(pool, redis)
    await put_on_sale(deps, msgspec.structs.replace(show, status=EventStatus.CANCELLED, revision=2))

    with pytest.raises(EventCancelled):
        await pay(deps, booking)

    assert await intents(deps) == []


async def test_an_event_that_is_postponed_during_checkout_cannot_be_paid(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await a_booking(pool, redis)
    await put_on_sale(deps, msgspec.structs.replace(show, status=EventStatus.POSTPONED, revision=2))

    with pytest.raises(SaleNotOpen):
        await pay(deps, booking)

    assert await intents(deps) == []


async def test_an_event_that_is_moved_during_checkout_is_paid_for(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await a_booking(pool, redis)
    assert show.starts_at is not None
    moved = {"status": EventStatus.RESCHEDULED, "starts_at": show.starts_at + timedelta(days=90)}
    await put_on_sale(deps, msgspec.structs.replace(show, **moved, revision=2))

    assert (await pay(deps, booking)).booking is not None


async def test_a_price_that_changes_in_checkout_is_the_price_that_was_held(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await a_booking(pool, redis)
    dearer = msgspec.structs.replace(STALLS, amount=99_900)
    await put_on_sale(deps, msgspec.structs.replace(show, price_levels=(dearer,), revision=2))

    confirmation = await pay(deps, booking)

    assert confirmation.booking is not None
    assert confirmation.booking.total == booking.total == 11_000


async def test_a_price_that_changes_between_lock_and_claim_is_the_new_price(pool: Pool, redis: Redis) -> None:
    deps, show, _ = await a_booking(pool, redis)
    dearer = msgspec.structs.replace(STALLS, amount=99_900)
    await put_on_sale(deps, msgspec.structs.replace(show, price_levels=(dearer,), revision=2))

    # This process still has the plan of a moment ago: the claim finds that it is stale, and it is priced again.
    booking = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-4",)))

    assert booking.total == 100_400
    snapshot = await deps.locks.snapshot(show.event_id)
    assert snapshot is not None
    assert snapshot.states == "hhahaa"


async def test_an_event_cancelled_between_lock_and_claim_is_refused_and_nothing_stays_locked(
    pool: Pool, redis: Redis
) -> None:
    deps, show, _ = await a_booking(pool, redis)
    await put_on_sale(deps, msgspec.structs.replace(show, status=EventStatus.CANCELLED, revision=2))

    with pytest.raises(EventCancelled):
        await start_checkout(deps, order=a_wish(show.event_id, seats=("A-4",)))

    snapshot = await deps.locks.snapshot(show.event_id)
    assert snapshot is not None
    assert snapshot.states == "hhaaaa"


async def test_a_claim_that_fails_keeps_nobody_from_its_places(pool: Pool, redis: Redis) -> None:
    deps, show, _ = await a_booking(pool, redis)
    async with pool.connection() as conn:
        await conn.execute("alter table booking.bookings rename to away")
    try:
        with pytest.raises(psycopg.errors.UndefinedTable):
            await start_checkout(deps, order=a_wish(show.event_id, seats=("A-4",)))
    finally:
        async with pool.connection() as conn:
            await conn.execute("alter table booking.away rename to bookings")

    snapshot = await deps.locks.snapshot(show.event_id)
    assert snapshot is not None
    assert snapshot.states == "hhaaaa"


async def test_expiry_against_confirm_over_and_over(pool: Pool, redis: Redis) -> None:
    hall = a_hall(rows=1, seats=6)
    deps = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall, hold_seconds=1))
    bookings = [await start_checkout(deps, order=a_wish(show.event_id, seats=(f"A-{n}",))) for n in range(1, 7)]

    async def confirm_at(booking: Booking, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        try:
            return (await pay(deps, booking)).booking is not None
        except HoldExpired:
            return False

    async def sweep() -> None:
        for _ in range(25):
            await expire_bookings(deps)
            await deps.locks.free_lapsed(show.event_id)
            await asyncio.sleep(0.1)

    *paid, _ = await asyncio.gather(
        *(confirm_at(booking, 0.9 + number * 0.04) for number, booking in enumerate(bookings)), sweep()
    )

    statuses = [await status_of(deps, booking) for booking in bookings]
    expected = [BookingStatus.CONFIRMED if is_paid else BookingStatus.EXPIRED for is_paid in paid]
    assert statuses == expected
    assert await places(deps) == "".join("s" if is_paid else "a" for is_paid in paid)


async def test_a_clock_that_is_wrong_by_an_hour_sells_nothing_twice(pool: Pool, redis: Redis) -> None:
    """Roles' clocks decide nothing: claims end by PostgreSQL's, locks by Redis's."""
    hall = a_hall(rows=1, seats=6)
    ahead = box_office(pool, redis, seat_map=hall, now=lambda: datetime.now().astimezone() + timedelta(hours=1))
    right = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(ahead, terms_of_a_show(seat_map=hall))

    confirmation = await pay(ahead, await start_checkout(ahead, order=a_wish(show.event_id, seats=("A-1",))))

    assert confirmation.booking is not None
    assert await places(right) == "saaaaa"
