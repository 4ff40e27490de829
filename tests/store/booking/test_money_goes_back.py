"""Money that goes back, or was never there: what becomes of the tickets and the seats."""

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.refusals import (
    BookingNotFound,
    BookingNotRefundable,
    RefundNeedsTickets,
    TicketNotFound,
    UnknownTickets,
)
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.follow_dispute import follow_dispute
from admitone.booking.usecases.follow_payment import follow_payment
from admitone.booking.usecases.follow_refunds import follow_refunds
from admitone.booking.usecases.list_sold_indexes import list_sold_indexes
from admitone.booking.usecases.refund_booking import RefundRequest, refund_booking
from admitone.booking.usecases.release_booking import release_booking
from admitone.booking.usecases.revoke_sale import revoke_sale
from admitone.booking.usecases.show_booking import show_sold_ticket
from admitone.booking.usecases.show_refunds import show_refunds
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool
from admitone.payments.contracts import PaymentOrder
from admitone.payments.usecases.authorize_payment import authorize_payment
from admitone.payments.usecases.order_refund import PaymentNotCaptured, RefundExceedsPayment
from admitone.tickets.domain.ticket_id import parse_ticket_id
from tests.builders import TOKEN_KEYS, a_wish
from tests.store.booking.theatre import HOUSE, STRANGER, Theatre


@pytest.fixture
async def theatre(pool: Pool, redis: Redis) -> Theatre:
    return await Theatre(pool, redis).open()


async def is_valid(deps: Deps, ticket_id: str) -> bool:
    name = parse_ticket_id(ticket_id)
    assert name is not None
    try:
        await show_sold_ticket(deps, event_id=name.event_id, index=name.index)
    except TicketNotFound:
        return False
    return True


async def test_all_of_it_goes_back_and_the_seats_are_for_sale_again(theatre: Theatre) -> None:
    booking = await theatre.bought("A-1", "A-2")

    made = await theatre.refund(booking)
    dead_at_once = [await is_valid(theatre.deps, ticket.ticket_id) for ticket in booking.tickets]
    await theatre.work()
    again = await theatre.bought("A-1", "A-2")

    assert made.booking.status is BookingStatus.REFUNDED
    assert made.refund is not None
    assert (made.refund.status, made.refund.amount) == ("pending", 11_000)
    assert dead_at_once == [False, False]
    assert [
        one.status
        for one in await show_refunds(theatre.desk, organization_id=HOUSE.organization_id, booking_id=booking.id)
    ] == ["succeeded"]
    assert again.status is BookingStatus.CONFIRMED


async def test_one_ticket_goes_back_and_the_other_stays(theatre: Theatre) -> None:
    booking = await theatre.bought("A-1", "A-2")
    first, second = booking.tickets

    made = await theatre.refund(booking, ticket_ids=(first.ticket_id,), refund_fees=False)
    await theatre.work()
    now = await theatre.read(booking)
    whole = await theatre.refund(booking)
    await theatre.work()

    assert made.refund is not None
    assert made.refund.amount == 5_000
    assert now.status is BookingStatus.PARTIALLY_REFUNDED
    assert [ticket.refunded for ticket in now.tickets] == [True, False]
    assert not await is_valid(theatre.deps, first.ticket_id)
    assert whole.booking.status is BookingStatus.REFUNDED
    assert whole.refund is not None
    assert whole.refund.amount == second.total
    assert await theatre.seats() == "a" * 40


async def test_seats_stay_out_of_the_sale_where_the_organizer_wants_it(theatre: Theatre) -> None:
    booking = await theatre.bought("A-1", "A-2")

    await theatre.refund(booking, return_seats=False)
    await theatre.work()

    assert await theatre.seats() == "bb" + "a" * 38


async def test_goodwill_leaves_the_tickets_valid(theatre: Theatre) -> None:
    booking = await theatre.bought("A-1")

    made = await theatre.refund(booking, amount=1_000)
    with pytest.raises(RefundNeedsTickets):
        await theatre.refund(booking, amount=4_500)
    whole = await theatre.refund(booking)

    assert made.booking.status is BookingStatus.PARTIALLY_REFUNDED
    assert whole.refund is not None
    assert whole.refund.amount == 4_500


async def test_the_same_request_again_is_the_same_refund(theatre: Theatre) -> None:
    booking = await theatre.bought("A-1")

    first = await theatre.refund(booking, key="k-1", amount=500)
    again = await theatre.refund(booking, key="k-1", amount=500)
    another = await theatre.refund(booking, key="k-2", amount=500)

    assert first.refund is not None
    assert again.refund == first.refund
    assert another.refund is not None
    assert another.refund.id != first.refund.id


async def test_what_cannot_be_given_back_says_why_and_changes_nothing(theatre: Theatre) -> None:
    booking = await theatre.bought("A-1", "A-2")
    early = await theatre.bought("B-1", is_captured=False)
    held = await start_checkout(theatre.deps, order=a_wish(theatre.show.event_id, seats=("C-1",)))

    with pytest.raises(BookingNotFound):
        await refund_booking(
            theatre.desk,
            organization_id=STRANGER.organization_id,
            booking_id=booking.id,
            request_key=None,
            request=RefundRequest(),
        )
    with pytest.raises(BookingNotFound):
        await show_refunds(theatre.desk, organization_id=STRANGER.organization_id, booking_id=booking.id)
    with pytest.raises(UnknownTickets):
        await theatre.refund(booking, ticket_ids=(early.tickets[0].ticket_id,))
    with pytest.raises(RefundExceedsPayment):
        await theatre.refund(booking, ticket_ids=(booking.tickets[0].ticket_id,), amount=20_000)
    with pytest.raises(PaymentNotCaptured):
        await theatre.refund(early)
    with pytest.raises(BookingNotRefundable):
        await theatre.refund(held)

    assert (await theatre.read(booking)).status is BookingStatus.CONFIRMED
    assert await is_valid(theatre.deps, booking.tickets[0].ticket_id)
    assert await is_valid(theatre.deps, early.tickets[0].ticket_id)


async def test_a_sale_that_nothing_pays_for_is_taken_back_once(theatre: Theatre) -> None:
    booking = await theatre.bought("A-1", "A-2", is_captured=False)

    for _ in range(2):
        await revoke_sale(theatre.deps, booking_id=booking.id)
    await theatre.work()

    assert (await theatre.read(booking)).status is BookingStatus.FAILED
    assert not await is_valid(theatre.deps, booking.tickets[0].ticket_id)
    assert await theatre.seats() == "a" * 40


async def test_a_dispute_kills_the_barcodes_until_it_is_won(theatre: Theatre) -> None:
    booking = await theatre.bought("A-1")
    ticket = booking.tickets[0].ticket_id

    await follow_dispute(theatre.deps, booking_id=booking.id, is_disputed=True)
    disputed = (
        await is_valid(theatre.deps, ticket),
        await list_sold_indexes(theatre.deps, event_id=theatre.show.event_id),
    )
    await follow_dispute(theatre.deps, booking_id=booking.id, is_disputed=False)

    assert disputed == (False, [])
    assert await is_valid(theatre.deps, ticket)
    assert (await theatre.seats())[0] == "s"


@pytest.mark.parametrize("is_whole", [True, False])
async def test_a_refund_at_the_provider(theatre: Theatre, is_whole: bool) -> None:
    booking = await theatre.bought("A-1")

    for _ in range(2):
        await follow_refunds(theatre.deps, booking_id=booking.id, is_whole=is_whole)
    await theatre.work()

    expected = BookingStatus.REFUNDED if is_whole else BookingStatus.PARTIALLY_REFUNDED
    assert (await theatre.read(booking)).status is expected
    assert await is_valid(theatre.deps, booking.tickets[0].ticket_id) is not is_whole
    assert (await theatre.seats())[0] == ("a" if is_whole else "s")


async def test_a_buyer_who_paid_and_never_came_back_has_the_tickets(theatre: Theatre) -> None:
    """Confirmed with the provider in the browser, which then was closed: the provider tells us."""
    booking = await start_checkout(theatre.deps, order=a_wish(theatre.show.event_id, seats=("A-1",)))
    await authorize_payment(theatre.payments, PaymentOrder(booking.id, 1, booking.total, "EUR", "pm_card_visa"))

    for _ in range(2):
        await follow_payment(theatre.deps, booking_id=booking.id, is_paid=True)

    assert (await theatre.read(booking)).status is BookingStatus.CONFIRMED


async def test_who_paid_for_a_hold_that_is_over_gets_the_money_back(theatre: Theatre) -> None:
    booking = await start_checkout(theatre.deps, order=a_wish(theatre.show.event_id, seats=("A-1",)))
    token = booking_token(TOKEN_KEYS, booking.id)
    await release_booking(theatre.deps, booking_id=booking.id, booking_token=token)
    theatre.jobs.jobs.clear()

    await follow_payment(theatre.deps, booking_id=booking.id, is_paid=False)
    nothing = list(theatre.jobs.jobs)
    await follow_payment(theatre.deps, booking_id=booking.id, is_paid=True)

    assert nothing == []
    assert theatre.jobs.named("payments.void") == [{"booking_id": booking.id}]
