"""Currencies with no, two and three decimals, from the price that is written to the refund."""

import asyncio
import secrets
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show, in_days
from tests.problems import pointers

pytestmark = pytest.mark.xdist_group("stack")


def a_price(amount: int, currency: str, fees: int) -> dict[str, Any]:
    return {"name": "Standing", "price": {"amount": amount, "currency": currency}, "fees": fees}


async def a_show(organizer: Organizer, amount: int, currency: str, fees: int, booking_fee: int) -> Show:
    return await organizer.show(
        price_levels=[a_price(amount, currency, fees)],
        general_admission=[{"name": "Floor", "capacity": 50, "price_level": "Standing"}],
        booking_fee={"amount": booking_fee, "currency": currency},
    )


async def refund(organizer: Organizer, booking_id: str, **body: Any) -> httpx.Response:
    """Retry until the capture, which follows the sale within seconds, is done."""
    for _ in range(100):
        answer = await organizer.http.post(f"/organizer/bookings/{booking_id}/refunds", json=body)
        if answer.status_code != 409 or answer.json()["code"] != "payment-not-captured":
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError("never captured")


@pytest.mark.parametrize(
    ("currency", "price", "fees", "booking_fee", "discount"),
    [
        ("JPY", 5_005, 300, 110, 751),  # 15 % = 750.75
        ("EUR", 4_505, 450, 150, 676),  # 675.75
        ("KWD", 12_350, 500, 250, 1_850),  # 1,852.5 in steps of 10
    ],
)
async def test_from_the_price_to_the_last_refund(
    organizer: Organizer, ada: Buyer, currency: str, price: int, fees: int, booking_fee: int, discount: int
) -> None:
    show = await a_show(organizer, price, currency, fees, booking_fee)
    code = f"CUR-{secrets.token_hex(6)}"
    await organizer.post("/organizer/promo-codes", {"code": code, "percent": 15, "event_id": show.id})
    each, total = price - discount + fees, 3 * (price - discount + fees) + booking_fee

    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 3}], promo_code=code)
    paid = (await ada.confirm(held)).json()
    tickets = [ticket["ticket_id"] for ticket in paid["tickets"]]
    first = await refund(organizer, held.booking_id, ticket_ids=tickets[:1])
    rest = await refund(organizer, held.booking_id, ticket_ids=tickets[1:])

    assert {ticket["discount"]["amount"] for ticket in paid["tickets"]} == {discount}
    assert paid["total"] == {"amount": total, "currency": currency}
    assert first.json()["refund"]["amount"] == {"amount": each, "currency": currency}
    assert rest.json()["refund"]["amount"] == {"amount": total - each, "currency": currency}
    assert rest.json()["status"] == "refunded"


async def test_a_price_that_cannot_be_charged_is_refused_when_it_is_written(organizer: Organizer) -> None:
    event = {
        "name": "A Show",
        "segment": "music",
        "venue_id": await organizer.venue(),
        "starts_at": in_days(30),
        "price_levels": [a_price(12_345, "KWD", 501)],
        "booking_fee": {"amount": 255, "currency": "KWD"},
    }

    answer = await organizer.http.post("/organizer/events", json=event)
    other = await organizer.http.post("/organizer/events", json=event | {"price_levels": [a_price(1, "EUR", 0)]})
    none = await organizer.http.post("/organizer/events", json=event | {"price_levels": []})

    assert pointers(answer) == ["/price_levels/0/price/amount", "/price_levels/0/fees", "/booking_fee/amount"]
    assert pointers(other) == ["/booking_fee/currency"]
    assert pointers(none) == ["/booking_fee"]


async def test_a_price_level_alone_is_refused_likewise_and_so_is_a_refund(organizer: Organizer, ada: Buyer) -> None:
    show = await a_show(organizer, 12_350, "KWD", 0, 0)
    level = show.details["price_levels"][0]["id"]
    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    await ada.confirm(held)

    changed = await organizer.http.patch(
        f"/organizer/price-levels/{level}", json={"price": {"amount": 12_351, "currency": "KWD"}}
    )
    refunded = await organizer.http.post(f"/organizer/bookings/{held.booking_id}/refunds", json={"amount": 15})

    assert pointers(changed) == ["/price_levels/0/price/amount"]
    assert pointers(refunded) == ["/amount"]
