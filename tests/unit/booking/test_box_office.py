"""When the box office may sell, and what its sales cost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from admitone.booking.contracts import BookedTicket, BoxOfficePayment
from admitone.booking.domain.box_office import check_sellable, price_at_box_office
from admitone.booking.domain.refusals import EventCancelled, SaleNotOpen
from admitone.catalogue.contracts import EventStatus
from admitone.kit.refusal import Refusal
from tests.builders import terms_of_a_show

NOW = datetime(2026, 12, 31, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"starts_at": NOW + HOUR}, None),
        ({"starts_at": NOW + HOUR, "on_sale_at": NOW + HOUR / 2}, None),
        ({"starts_at": NOW + HOUR, "off_sale_at": NOW - HOUR}, None),
        ({"starts_at": NOW + HOUR, "published": False}, None),
        ({"starts_at": NOW - 5 * HOUR}, None),
        ({"starts_at": NOW - 6 * HOUR}, SaleNotOpen),
        ({"starts_at": NOW - 9 * HOUR, "ends_at": NOW + HOUR}, None),
        ({"starts_at": NOW - HOUR, "ends_at": NOW}, SaleNotOpen),
        ({"starts_at": None}, None),
        ({"starts_at": NOW - 24 * HOUR, "status": EventStatus.POSTPONED}, None),
        ({"starts_at": NOW + HOUR, "status": EventStatus.CANCELLED}, EventCancelled),
    ],
)
def test_sales_end_when_the_event_is_over_or_cancelled(change: dict[str, Any], refusal: type[Refusal] | None) -> None:
    terms = msgspec.structs.replace(terms_of_a_show(), **change)

    if refusal is None:
        check_sellable(terms, NOW)
    else:
        with pytest.raises(refusal):
            check_sellable(terms, NOW)


@pytest.mark.parametrize(
    ("payment", "waive_fees", "ticket", "booking_fee"),
    [
        (BoxOfficePayment.CASH, False, (5_000, 500, 5_500), 150),
        (BoxOfficePayment.CARD_TERMINAL, True, (5_000, 0, 5_000), 0),
        (BoxOfficePayment.COMPLIMENTARY, False, (0, 0, 0), 0),
    ],
)
def test_prices_of_the_box_office(
    payment: BoxOfficePayment, waive_fees: bool, ticket: tuple[int, int, int], booking_fee: int
) -> None:
    seat = BookedTicket("tkt_1_0", 0, "stalls", "Stalls", "lvl_stalls", "Stalls", 5_000, 500, 5_500)

    [priced], fee = price_at_box_office([seat], 150, payment=payment, waive_fees=waive_fees)

    assert ((priced.price, priced.fees, priced.total), fee) == (ticket, booking_fee)
