"""The price of an order, for all prices, currencies and promo codes."""

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus
from admitone.booking.domain.pricing import Discount, apply_discount, price_order
from admitone.booking.domain.refund_share import refund_share
from admitone.kit.money import amount_step
from tests.builders import STALLS

CURRENCIES = st.sampled_from(["JPY", "EUR", "KWD", "MGA", "ISK", "BHD"])
UNITS = st.integers(0, 10**7)
DISCOUNTS = st.one_of(
    st.builds(Discount, percent=st.integers(1, 100)), st.builds(Discount, amount=st.integers(1, 10**9))
)


def a_ticket(index: int, price: int, fees: int = 0) -> BookedTicket:
    return BookedTicket(
        ticket_id=f"tkt_{index}",
        index=index,
        section_id="stalls",
        section="Stalls",
        price_level_id=STALLS.id,
        price_level=STALLS.name,
        price=price,
        fees=fees,
        total=price + fees,
    )


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, list[BookedTicket], int]:
    """Draw (currency, tickets, booking fee), all amounts in steps of the currency."""
    currency = draw(CURRENCIES)
    step = amount_step(currency)
    amounts = draw(st.lists(st.tuples(UNITS, UNITS), min_size=1, max_size=12))
    tickets = [a_ticket(index, price * step, fees * step) for index, (price, fees) in enumerate(amounts)]
    return currency, tickets, draw(UNITS) * step


@given(orders(), DISCOUNTS)
def test_the_parts_sum_to_the_total(order: tuple[str, list[BookedTicket], int], discount: Discount) -> None:
    currency, listed, booking_fee = order

    tickets = apply_discount(listed, discount, currency)
    price = price_order(tickets, booking_fee)

    assert price.total == price.subtotal - price.discount + price.fees
    assert price.total == sum(ticket.total for ticket in tickets) + price.booking_fee
    assert price.fees == sum(ticket.fees for ticket in listed) + price.booking_fee
    assert price.subtotal == sum(ticket.price for ticket in listed)
    assert [ticket.price for ticket in tickets] == [ticket.price for ticket in listed]


@given(orders(), DISCOUNTS)
def test_every_part_can_be_charged_and_none_is_negative(
    order: tuple[str, list[BookedTicket], int], discount: Discount
) -> None:
    currency, listed, booking_fee = order
    step = amount_step(currency)

    tickets = apply_discount(listed, discount, currency)
    price = price_order(tickets, booking_fee)

    assert all(0 <= ticket.discount <= ticket.price for ticket in tickets)
    assert all(ticket.discount % step == 0 and ticket.total % step == 0 for ticket in tickets)
    assert price.total >= 0
    assert price.total % step == 0


@given(orders(), st.integers(1, 100))
def test_a_percentage_is_rounded_on_each_ticket_by_half_a_step_at_most(
    order: tuple[str, list[BookedTicket], int], percent: int
) -> None:
    currency, listed, _ = order
    step = amount_step(currency)

    together = apply_discount(listed, Discount(percent=percent), currency)
    alone = [apply_discount([ticket], Discount(percent=percent), currency)[0] for ticket in listed]

    assert list(together) == alone
    for ticket in together:
        assert abs(ticket.discount * 100 - ticket.price * percent) * 2 <= step * 100


@given(orders(), st.integers(1, 10**9))
def test_a_fixed_amount_is_taken_off_up_to_the_prices(order: tuple[str, list[BookedTicket], int], amount: int) -> None:
    currency, listed, _ = order
    step = amount_step(currency)

    tickets = apply_discount(listed, Discount(amount=amount), currency)

    prices = sum(ticket.price for ticket in listed)
    assert sum(ticket.discount for ticket in tickets) == min(amount // step * step, prices)
    for ticket in tickets:  # by their prices, within one step
        assert abs(ticket.discount * prices - min(amount, prices) * ticket.price) <= 2 * step * prices


@given(orders(), st.one_of(st.none(), DISCOUNTS), st.data())
def test_partial_refunds_sum_to_the_payment(
    order: tuple[str, list[BookedTicket], int], discount: Discount | None, data: st.DataObject
) -> None:
    currency, listed, booking_fee = order
    tickets = apply_discount(listed, discount, currency) if discount else tuple(listed)
    booking = bought(tickets, booking_fee, currency)
    queue = data.draw(st.permutations(list(tickets)))
    given_back = fees_back = 0

    while queue:
        count = data.draw(st.integers(1, len(queue)))
        now, queue = queue[:count], queue[count:]
        share = refund_share(
            booking,
            ticket_ids=[ticket.ticket_id for ticket in now],
            amount=None,
            refund_fees=True,
            given_back=given_back,
        )
        assert 0 <= share.fees <= share.amount
        given_back += share.amount
        fees_back += share.fees
        gone = {ticket.ticket_id for ticket in now}
        left = tuple(
            msgspec.structs.replace(ticket, refunded=ticket.refunded or ticket.ticket_id in gone)
            for ticket in booking.tickets
        )
        booking = msgspec.structs.replace(booking, tickets=left)

    assert given_back == booking.total
    assert fees_back == booking.fees


def bought(tickets: tuple[BookedTicket, ...], booking_fee: int, currency: str) -> Booking:
    price = price_order(tickets, booking_fee)
    now = datetime(2030, 1, 1, tzinfo=UTC)
    return Booking(
        id="bkg_1",
        event_id="evt_1",
        organization_id="org_house",
        status=BookingStatus.CONFIRMED,
        tickets=tickets,
        subtotal=price.subtotal,
        fees=price.fees,
        total=price.total,
        currency=currency,
        created_at=now,
        expires_at=now,
        confirmed_at=now,
        discount=price.discount,
        booking_fee=price.booking_fee,
    )


def test_halves_are_rounded_for_the_buyer() -> None:
    yen = apply_discount([a_ticket(0, 1_005)], Discount(percent=10), "JPY")  # 100.5
    dinar = apply_discount([a_ticket(0, 5_130)], Discount(percent=50), "KWD")  # 2.565 in steps of 0.010

    assert [yen[0].discount, dinar[0].discount] == [101, 2_570]


def test_a_fixed_amount_gives_its_rest_to_the_largest_remainder() -> None:
    tickets = apply_discount([a_ticket(0, 100), a_ticket(1, 100), a_ticket(2, 100)], Discount(amount=100), "EUR")

    assert [ticket.discount for ticket in tickets] == [34, 33, 33]


def test_a_free_order_has_no_booking_fee() -> None:
    free = price_order(apply_discount([a_ticket(0, 4_500)], Discount(percent=100), "EUR"), 150)
    with_fees = price_order(apply_discount([a_ticket(0, 4_500, 450)], Discount(percent=100), "EUR"), 150)

    assert (free.total, free.booking_fee) == (0, 0)
    assert (with_fees.total, with_fees.booking_fee) == (600, 150)
