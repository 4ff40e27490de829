"""A buyer gives tickets back: they die, the seats are free, the refund is ordered; once, and never more than paid."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.contracts.resale import ResaleTerms, ReturnMode
from admitone.booking.domain.refusals import BookingNotFound, UnknownTickets
from admitone.booking.domain.resale_refusals import ReturnNotPossible, TicketsNotReturnable
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.refunds import RefundMade
from admitone.booking.usecases.resale_terms import put_resale_terms
from admitone.booking.usecases.return_tickets import get_return_offer, return_tickets
from admitone.catalogue.contracts import EventStatus
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Refusal
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
