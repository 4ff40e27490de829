"""A buyer gives tickets back: they die, the seats are free, the refund is ordered; once, and never more than paid."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.contracts.resale import ResaleTerms, ReturnMode
from admitone.booking.domain.refusals import BookingNotFound, RefundNotFound, RefundNotRetryable, UnknownTickets
from admitone.booking.domain.resale_refusals import ReturnNotPossible, TicketsNotReturnable
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.made_refunds import RefundMade, read_refunds, retry_refund
from admitone.booking.usecases.read_organizer_booking import read_organizer_booking
from admitone.booking.usecases.resale_terms import put_resale_terms
from admitone.booking.usecases.return_tickets import get_return_offer, return_tickets
from admitone.catalogue.contracts import EventStatus
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Refusal
from admitone.payments.store.refunds import refuse_refund
from admitone.payments.usecases.refunds import PaymentNotCaptured
from tests.builders import TOKEN_KEYS, put_on_sale
from tests.store.booking.sale_env import ORGANIZER, SaleEnv

AT_ONCE = ResaleTerms(returns=ReturnMode.AT_ONCE)


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> SaleEnv:
    env = await SaleEnv(pool, redis).open()
    await set_terms(env, AT_ONCE)
    return env


async def set_terms(env: SaleEnv, terms: ResaleTerms) -> None:
    organization = ORGANIZER.organization_id
    await put_resale_terms(env.deps, organization_id=organization, event_id=env.show.event_id, terms=terms)


async def send_return(env: SaleEnv, booking: Booking, *numbers: int) -> RefundMade:
    ids = [booking.tickets[number].ticket_id for number in numbers]
    token = booking_token(TOKEN_KEYS, booking.id)
    return await return_tickets(env.desk, booking_id=booking.id, booking_token=token, ticket_ids=ids)


async def retry(env: SaleEnv, booking: Booking, refund_id: str) -> RefundMade:
    organization = ORGANIZER.organization_id
    return await retry_refund(env.desk, organization_id=organization, booking_id=booking.id, refund_id=refund_id)


async def offered(env: SaleEnv, booking: Booking) -> tuple[list[int], str | None]:
    token = booking_token(TOKEN_KEYS, booking.id)
    offer = await get_return_offer(env.desk, booking_id=booking.id, booking_token=token)
    return [ticket.refund for ticket in offer.tickets], offer.fault


async def test_a_returned_ticket_is_void_its_seat_is_free_and_its_price_goes_back(env: SaleEnv) -> None:
    booking = await env.bought("A-1", "A-2")
    before = await offered(env, booking)

    made = await send_return(env, booking, 0)
    again = await send_return(env, booking, 0)
    await env.work()

    assert before == ([5_500, 5_500], None)
    assert made.booking.status is BookingStatus.PARTIALLY_REFUNDED
    assert [ticket.refunded for ticket in made.booking.tickets] == [True, False]
    assert made.refund is not None
    assert made.refund.amount == 5_500
    assert again.refund is not None
    assert again.refund.id == made.refund.id
    assert (await env.seats())[:2] == "as"
    assert await offered(env, booking) == ([5_500], None)


async def test_two_returns_at_once_pay_once(env: SaleEnv) -> None:
    booking = await env.bought("A-1", "A-2")

    outcomes = await asyncio.gather(*(send_return(env, booking, 0) for _ in range(4)), return_exceptions=True)

    assert all(isinstance(outcome, (RefundMade, Refusal)) for outcome in outcomes), outcomes
    assert sum(refund.amount for refund in await env.desk.list_refunds(booking.id)) == 5_500
    with pytest.raises(UnknownTickets):
        await send_return(env, booking, 0, 1)


async def test_free_tickets_are_returned_once_and_every_repetition_has_the_first_answer(env: SaleEnv) -> None:
    free = [replace(level, amount=0, fee=0) for level in env.show.price_levels]
    env.show = await put_on_sale(env.deps, replace(env.show, revision=2, price_levels=tuple(free)))
    booking = await env.bought("A-1", "A-2", is_captured=False)

    first = await send_return(env, booking, 0)
    again = await send_return(env, booking, 0)
    refunded = await env.refund(booking, key="k-1", ticket_ids=(booking.tickets[1].ticket_id,))
    repeated = await env.refund(booking, key="k-1", ticket_ids=(booking.tickets[1].ticket_id,))

    assert (first.refund, first.booking.status) == (None, BookingStatus.PARTIALLY_REFUNDED)
    assert again == first
    assert (refunded.refund, refunded.booking.status) == (None, BookingStatus.REFUNDED)
    assert repeated == refunded


async def test_a_refund_says_who_decided_it(env: SaleEnv) -> None:
    booking = await env.bought("A-1", "A-2")

    await send_return(env, booking, 0)
    await env.refund(booking)

    read = await read_organizer_booking(env.desk, organization_id=ORGANIZER.organization_id, booking_id=booking.id)
    assert [refund.made_by for refund in read.refunds] == ["buyer", "organizer"]
    ordered = [entry.kind for entry in read.timeline if entry.kind in ("returned", "refund_ordered")]
    assert ordered == ["returned", "refund_ordered"]


async def test_a_refused_refund_of_the_last_tickets_is_tried_again_once(env: SaleEnv) -> None:
    booking = await env.bought("A-1")
    made = await send_return(env, booking, 0)
    assert made.refund is not None
    failed = made.refund.id
    with pytest.raises(RefundNotRetryable):
        await retry(env, booking, failed)
    async with env.deps.pool.connection() as conn, conn.transaction():
        await refuse_refund(conn, refund_id=failed, refusal="charge_expired")
    before = (await read_refunds(env.desk, booking.id)).refunds

    tried = await asyncio.gather(*(retry(env, booking, failed) for _ in range(3)))
    await env.work()
    late = await retry(env, booking, failed)

    after = (await read_refunds(env.desk, booking.id)).refunds
    assert [refund.can_retry for refund in before] == [True]
    assert {again.refund and again.refund.id for again in (*tried, late)} == {after[1].id}
    assert [(refund.status, refund.amount, refund.can_retry) for refund in after] == [
        ("refused", 5_500, False),
        ("succeeded", 5_500, False),
    ]
    for wrong in (replace(booking, id="bkg_other"), booking):
        with pytest.raises((BookingNotFound, RefundNotFound)):
            await retry(env, wrong, "rfd_other")


async def test_fees_are_kept_where_the_organizer_says_so(env: SaleEnv) -> None:
    await set_terms(env, replace(AT_ONCE, refund_fees=False))
    booking = await env.bought("A-1")

    made = await send_return(env, booking, 0)

    assert made.refund is not None
    assert made.refund.amount == 5_000


async def test_a_used_ticket_is_not_taken_back(env: SaleEnv) -> None:
    booking = await env.bought("A-1", "A-2")
    env.unreturnable = {booking.tickets[0].ticket_id}

    with pytest.raises(TicketsNotReturnable):
        await send_return(env, booking, 0, 1)

    assert (await env.read(booking)).status is BookingStatus.CONFIRMED
    assert await offered(env, booking) == ([5_500], None)


async def test_returns_follow_the_organizers_terms(env: SaleEnv) -> None:
    booking = await env.bought("A-1")
    uncaptured = await env.bought("B-1", is_captured=False)
    with pytest.raises(PaymentNotCaptured):
        await send_return(env, uncaptured, 0)
    with pytest.raises(BookingNotFound):
        await return_tickets(env.desk, booking_id=booking.id, booking_token="forged", ticket_ids=["tkt"])

    faults = []
    past = env.deps.now() - timedelta(seconds=1)
    for terms in (ResaleTerms(), replace(AT_ONCE, returns_until=past)):
        await set_terms(env, terms)
        with pytest.raises(ReturnNotPossible) as refused:
            await send_return(env, booking, 0)
        faults.append(refused.value.members["reason"])
    await set_terms(env, AT_ONCE)
    for changed in (
        replace(env.show, revision=2, starts_at=past),
        replace(env.show, revision=3, status=EventStatus.CANCELLED),
    ):
        await put_on_sale(env.deps, changed)
        with pytest.raises(ReturnNotPossible) as refused:
            await send_return(env, booking, 0)
        faults.append(refused.value.members["reason"])

    assert faults == ["off", "too-late", "too-late", "event-cancelled"]
    assert (await env.read(booking)).status is BookingStatus.CONFIRMED
