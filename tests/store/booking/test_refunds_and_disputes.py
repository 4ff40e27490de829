"""Refunds, disputes and lost payments: their effect on the tickets and the seats."""

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
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.made_refunds import get_refunds
from admitone.booking.usecases.read_bookings import get_sold_ticket
from admitone.booking.usecases.refunds import RefundRequest, refund_booking
from admitone.booking.usecases.resolve_payments import project_payment
from admitone.booking.usecases.reversals import project_dispute, project_refunds, revoke_sale
from admitone.booking.usecases.sold_places import list_sold_indexes
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool
from admitone.payments.contracts import PaymentOrder
from admitone.payments.usecases.authorization import authorize_payment
from admitone.payments.usecases.refunds import PaymentNotCaptured, RefundExceedsPayment
from admitone.tickets.domain.ticket_id import parse_ticket_id
from tests.builders import TOKEN_KEYS, a_wish
from tests.store.booking.sale_env import ORGANIZER, OTHER_ORGANIZER, SaleEnv


@pytest.fixture
async def sale_env(pool: Pool, redis: Redis) -> SaleEnv:
    return await SaleEnv(pool, redis).open()


async def is_valid(deps: Deps, ticket_id: str) -> bool:
    name = parse_ticket_id(ticket_id)
    assert name is not None
    try:
        await get_sold_ticket(deps, event_id=name.event_id, index=name.index)
    except TicketNotFound:
        return False
    return True


async def test_a_full_refund_puts_the_seats_on_sale_again(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1", "A-2")

    made = await sale_env.refund(booking)
    dead_at_once = [await is_valid(sale_env.deps, ticket.ticket_id) for ticket in booking.tickets]
    await sale_env.work()
    again = await sale_env.bought("A-1", "A-2")

    assert made.booking.status is BookingStatus.REFUNDED
    assert made.refund is not None
    assert (made.refund.status, made.refund.amount) == ("pending", 11_000)
    assert dead_at_once == [False, False]
    assert [
        refund.status
        for refund in await get_refunds(sale_env.desk, organization_id=ORGANIZER.organization_id, booking_id=booking.id)
    ] == ["succeeded"]
    assert again.status is BookingStatus.CONFIRMED


async def test_one_ticket_is_refunded_and_the_other_stays(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1", "A-2")
    first, second = booking.tickets

    made = await sale_env.refund(booking, ticket_ids=(first.ticket_id,), refund_fees=False)
    await sale_env.work()
    now = await sale_env.read(booking)
    whole = await sale_env.refund(booking)
    await sale_env.work()

    assert made.refund is not None
    assert made.refund.amount == 5_000
    assert now.status is BookingStatus.PARTIALLY_REFUNDED
    assert [ticket.refunded for ticket in now.tickets] == [True, False]
    assert not await is_valid(sale_env.deps, first.ticket_id)
    assert whole.booking.status is BookingStatus.REFUNDED
    assert whole.refund is not None
    assert whole.refund.amount == second.total
    assert await sale_env.seats() == "a" * 40


async def test_refunded_seats_stay_off_sale_if_the_organizer_says_so(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1", "A-2")

    await sale_env.refund(booking, return_seats=False)
    await sale_env.work()

    assert await sale_env.seats() == "bb" + "a" * 38


async def test_a_goodwill_refund_leaves_the_tickets_valid(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1")

    made = await sale_env.refund(booking, amount=1_000)
    with pytest.raises(RefundNeedsTickets):
        await sale_env.refund(booking, amount=4_500)
    whole = await sale_env.refund(booking)

    assert made.booking.status is BookingStatus.PARTIALLY_REFUNDED
    assert whole.refund is not None
    assert whole.refund.amount == 4_500


async def test_the_same_request_again_is_the_same_refund(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1")

    first = await sale_env.refund(booking, key="k-1", amount=500)
    again = await sale_env.refund(booking, key="k-1", amount=500)
    another = await sale_env.refund(booking, key="k-2", amount=500)

    assert first.refund is not None
    assert again.refund == first.refund
    assert another.refund is not None
    assert another.refund.id != first.refund.id


async def test_an_impossible_refund_says_why_and_changes_nothing(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1", "A-2")
    early = await sale_env.bought("B-1", is_captured=False)
    held = await start_checkout(sale_env.deps, order=a_wish(sale_env.show.event_id, seats=("C-1",)))

    with pytest.raises(BookingNotFound):
        await refund_booking(
            sale_env.desk,
            organization_id=OTHER_ORGANIZER.organization_id,
            booking_id=booking.id,
            request_key=None,
            request=RefundRequest(),
        )
    with pytest.raises(BookingNotFound):
        await get_refunds(sale_env.desk, organization_id=OTHER_ORGANIZER.organization_id, booking_id=booking.id)
    with pytest.raises(UnknownTickets):
        await sale_env.refund(booking, ticket_ids=(early.tickets[0].ticket_id,))
    with pytest.raises(RefundExceedsPayment):
        await sale_env.refund(booking, ticket_ids=(booking.tickets[0].ticket_id,), amount=20_000)
    with pytest.raises(PaymentNotCaptured):
        await sale_env.refund(early)
    with pytest.raises(BookingNotRefundable):
        await sale_env.refund(held)

    assert (await sale_env.read(booking)).status is BookingStatus.CONFIRMED
    assert await is_valid(sale_env.deps, booking.tickets[0].ticket_id)
    assert await is_valid(sale_env.deps, early.tickets[0].ticket_id)


async def test_a_sale_without_a_payment_is_reversed_once(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1", "A-2", is_captured=False)

    for _ in range(2):
        await revoke_sale(sale_env.deps, booking_id=booking.id)
    await sale_env.work()

    assert (await sale_env.read(booking)).status is BookingStatus.FAILED
    assert not await is_valid(sale_env.deps, booking.tickets[0].ticket_id)
    assert await sale_env.seats() == "a" * 40


async def test_a_dispute_invalidates_the_barcodes_until_it_is_won(sale_env: SaleEnv) -> None:
    booking = await sale_env.bought("A-1")
    ticket = booking.tickets[0].ticket_id

    await project_dispute(sale_env.deps, booking_id=booking.id, is_disputed=True)
    disputed = (
        await is_valid(sale_env.deps, ticket),
        await list_sold_indexes(sale_env.deps, event_id=sale_env.show.event_id),
    )
    await project_dispute(sale_env.deps, booking_id=booking.id, is_disputed=False)

    assert disputed == (False, [])
    assert await is_valid(sale_env.deps, ticket)
    assert (await sale_env.seats())[0] == "s"


@pytest.mark.parametrize("is_whole", [True, False])
async def test_a_refund_at_the_provider(sale_env: SaleEnv, is_whole: bool) -> None:
    booking = await sale_env.bought("A-1")

    for _ in range(2):
        await project_refunds(sale_env.deps, booking_id=booking.id, is_whole=is_whole)
    await sale_env.work()

    expected = BookingStatus.REFUNDED if is_whole else BookingStatus.PARTIALLY_REFUNDED
    assert (await sale_env.read(booking)).status is expected
    assert await is_valid(sale_env.deps, booking.tickets[0].ticket_id) is not is_whole
    assert (await sale_env.seats())[0] == ("a" if is_whole else "s")


async def test_a_buyer_who_paid_and_closed_the_page_has_the_tickets(sale_env: SaleEnv) -> None:
    """The buyer confirmed with the provider in the browser and closed it: the provider notifies us."""
    booking = await start_checkout(sale_env.deps, order=a_wish(sale_env.show.event_id, seats=("A-1",)))
    await authorize_payment(sale_env.payments, PaymentOrder(booking.id, 1, booking.total, "EUR", "pm_card_visa"))

    for _ in range(2):
        await project_payment(sale_env.deps, booking_id=booking.id, is_paid=True)

    assert (await sale_env.read(booking)).status is BookingStatus.CONFIRMED


async def test_a_buyer_who_paid_for_an_expired_hold_gets_a_refund(sale_env: SaleEnv) -> None:
    booking = await start_checkout(sale_env.deps, order=a_wish(sale_env.show.event_id, seats=("A-1",)))
    token = booking_token(TOKEN_KEYS, booking.id)
    await release_booking(sale_env.deps, booking_id=booking.id, booking_token=token)
    sale_env.jobs.jobs.clear()

    await project_payment(sale_env.deps, booking_id=booking.id, is_paid=False)
    nothing = list(sale_env.jobs.jobs)
    await project_payment(sale_env.deps, booking_id=booking.id, is_paid=True)

    assert nothing == []
    assert sale_env.jobs.named("payments.void") == [{"booking_id": booking.id}]
