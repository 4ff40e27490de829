"""A payment that begins inside the hold can finish: the bank's question is given time, once, and a client that pays
by itself is asked about before its seats are freed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.refusals import AuthenticationRequired, HoldExpired, SeatsTaken
from admitone.booking.store.bookings import read_booking
from admitone.booking.usecases.checkout.paying import ANSWER_SECONDS
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import expire_bookings
from admitone.booking.usecases.resolve_payments import project_payment, resolve_overdue
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.postgres import Pool
from admitone.payments.contracts import PaymentOrder, PaymentOutcome, PaymentState, PaymentTerms
from tests.builders import JobsWritten, a_wish
from tests.store.booking.test_recovery import a_booking, begin, order_of, pass_time, pay, places, status_of

ASKS, ANSWERED = "pm_card_authenticationRequired", "pm_card_authenticationRequired_authenticated"
HOLD_SECONDS = 600


async def ends_in(deps: Deps, booking: Booking) -> float:
    """Seconds that are left of the hold by PostgreSQL; clocks of this machine."""
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking.id)
    assert stored is not None
    return (stored.booking.expires_at - datetime.now(UTC)).total_seconds()


async def ask(deps: Deps, booking: Booking) -> AuthenticationRequired:
    with pytest.raises(AuthenticationRequired) as asked:
        await pay(deps, booking, ASKS)
    return asked.value


async def test_a_late_question_gives_the_buyer_time_to_answer(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await a_booking(pool, redis)
    await pass_time(deps, HOLD_SECONDS - 20)
    await redis.zincrby(f"holds:{{{show.event_id}}}", -1000 * (HOLD_SECONDS - 20), booking.id)

    asked = await ask(deps, booking)
    left = await ends_in(deps, booking)
    score = await redis.zscore(f"holds:{{{show.event_id}}}", booking.id)
    paid = await pay(deps, booking, ANSWERED)

    assert ANSWER_SECONDS - 60 < left <= ANSWER_SECONDS
    assert asked.members["expires_at"] > datetime.now(UTC) + timedelta(seconds=ANSWER_SECONDS - 60)
    assert score is not None
    assert score / 1000 > datetime.now(UTC).timestamp() + ANSWER_SECONDS - 60
    assert paid.booking is not None


async def test_a_hold_is_extended_once(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    await pass_time(deps, HOLD_SECONDS - 20)
    await ask(deps, booking)
    await pass_time(deps, ANSWER_SECONDS - 60)
    before = await ends_in(deps, booking)

    await ask(deps, booking)

    assert await ends_in(deps, booking) <= before
    await pass_time(deps, ANSWER_SECONDS)
    with pytest.raises(HoldExpired):
        await pay(deps, booking, ANSWERED)


async def test_a_question_that_has_time_enough_uses_nothing_up(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    await ask(deps, booking)
    early = await ends_in(deps, booking)
    await pass_time(deps, HOLD_SECONDS - 20)

    await ask(deps, booking)

    assert early <= HOLD_SECONDS
    assert await ends_in(deps, booking) > ANSWER_SECONDS - 60


async def test_no_hold_is_extended_by_more_than_it_was(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    async with pool.connection() as conn:
        await conn.execute("update booking.bookings set expires_at = created_at + interval '30 s'")

    await ask(deps, booking)

    assert await ends_in(deps, booking) <= 30


async def test_a_question_that_comes_after_the_hold_s_time_is_still_answered(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await a_booking(pool, redis)
    stored = await begin(deps, booking)
    await pass_time(deps, HOLD_SECONDS + 5)
    await expire_bookings(deps)  # noted: it is being paid
    await deps.authorize(order_of(stored, ASKS))

    await ask(deps, booking)
    ended = await resolve_overdue(deps)
    with pytest.raises(SeatsTaken):
        await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1",)))
    paid = await pay(deps, booking, ANSWERED)

    assert ended == 1  # looked at, and let live
    assert paid.booking is not None
    assert await places(deps) == "ssaaaa"


async def test_an_extended_hold_ends_at_its_later_time(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await a_booking(pool, redis)
    await pass_time(deps, HOLD_SECONDS - 20)
    await ask(deps, booking)

    early = await expire_bookings(deps)
    await pass_time(deps, ANSWER_SECONDS + 2)
    ended = await expire_bookings(deps)

    assert (early, ended) == (0, 1)
    assert await status_of(deps, booking) is BookingStatus.EXPIRED
    assert await places(deps) == "aaaaaa"


async def by_clients(pool: Pool, redis: Redis) -> tuple[Deps, SaleTerms, Booking]:
    """A venue whose clients confirm with the provider by themselves."""
    deps, show, booking = await a_booking(pool, redis)

    async def prepare(_order: PaymentOrder) -> PaymentTerms:
        return PaymentTerms("stripe", "secret", "pk")

    return replace(deps, prepare_payment=prepare), show, booking


async def client_pays(deps: Deps, booking: Booking) -> None:
    """At the provider; we are not told."""
    outcome = await deps.authorize(PaymentOrder(booking.id, 1, booking.total, "EUR", "pm_card_visa"))
    assert outcome.state is PaymentState.AUTHORIZED


async def lapse(deps: Deps) -> None:
    await pass_time(deps, HOLD_SECONDS + 2)
    await expire_bookings(deps)


async def test_who_paid_by_itself_in_the_last_moment_has_the_seats(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await by_clients(pool, redis)
    await client_pays(deps, booking)

    await lapse(deps)
    ended = await resolve_overdue(deps)

    assert ended == 1
    assert await status_of(deps, booking) is BookingStatus.CONFIRMED
    assert await places(deps) == "ssaaaa"


async def test_who_paid_by_itself_too_late_takes_nobodys_seats(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await by_clients(pool, redis)
    assert isinstance(deps.defer, JobsWritten)
    await client_pays(deps, booking)
    await lapse(deps)
    await deps.locks.release(show.event_id, booking.id)  # what Redis's clock does
    rival = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-2",), buyer_email="b@example.org"))

    await resolve_overdue(deps)

    assert await status_of(deps, booking) is BookingStatus.FAILED
    assert {"booking_id": booking.id} in deps.defer.named("payments.void")
    assert await status_of(deps, rival) is BookingStatus.IN_PROGRESS
    assert await places(deps) == "acaaaa"


async def test_who_did_not_pay_gives_the_seats_back(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await by_clients(pool, redis)

    await lapse(deps)
    await resolve_overdue(deps)

    assert await status_of(deps, booking) is BookingStatus.EXPIRED
    snapshot = await deps.locks.snapshot(show.event_id)
    assert snapshot is not None
    assert snapshot.states == "aaaaaa"


async def test_while_the_processor_is_silent_the_time_is_over_for_rivals_alike(pool: Pool, redis: Redis) -> None:
    deps, show, booking = await by_clients(pool, redis)

    async def no_answer(booking_id: str) -> PaymentOutcome:
        return PaymentOutcome(booking_id, PaymentState.UNKNOWN)

    await lapse(deps)
    ended = await resolve_overdue(replace(deps, settle=no_answer))
    await deps.locks.release(show.event_id, booking.id)  # what Redis's clock does
    rival = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))

    assert ended == 0
    assert await status_of(deps, booking) is BookingStatus.IN_PROGRESS
    assert await status_of(deps, rival) is BookingStatus.IN_PROGRESS


async def test_an_event_that_was_closed_meanwhile_is_not_sold_late(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await by_clients(pool, redis)
    assert isinstance(deps.defer, JobsWritten)
    await client_pays(deps, booking)
    async with pool.connection() as conn:
        await conn.execute("update booking.sales set open = false")

    await lapse(deps)
    await resolve_overdue(deps)

    assert await status_of(deps, booking) is BookingStatus.EXPIRED
    assert {"booking_id": booking.id} in deps.defer.named("payments.void")


async def test_that_a_client_s_bank_asks_is_heard_from_the_provider(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await by_clients(pool, redis)
    await pass_time(deps, HOLD_SECONDS - 20)

    await project_payment(deps, booking_id=booking.id, is_paid=False, is_asked=True)

    assert await ends_in(deps, booking) > ANSWER_SECONDS - 60
    assert await status_of(deps, booking) is BookingStatus.IN_PROGRESS


async def test_news_of_a_question_after_the_time_gives_no_more(pool: Pool, redis: Redis) -> None:
    deps, _, booking = await by_clients(pool, redis)
    await pass_time(deps, HOLD_SECONDS + 1)

    await project_payment(deps, booking_id=booking.id, is_paid=False, is_asked=True)

    assert await ends_in(deps, booking) < 0
