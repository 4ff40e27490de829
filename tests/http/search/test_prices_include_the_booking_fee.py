"""The first price that a buyer sees, on every surface, is the price of one ticket at checkout."""

import html
import json
import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show
from tests.http.search.conftest import wait_for

PRICE, FEE, BOOKING_FEE = 2400, 240, 250
ALONE = PRICE + FEE + BOOKING_FEE
NAME = "Feenmusik"


@dataclass(frozen=True)
class Seen:
    """The answers of every surface that shows a price of the event."""

    charged: int
    summary: dict[str, Any]
    facets: list[dict[str, Any]]
    details: dict[str, Any]
    page: str
    results: str
    discovery: dict[str, Any]


@pytest_asyncio.fixture(scope="module")
async def show(organizer: Organizer) -> Show:
    """Return a show with one price level, standing, with a booking fee."""
    fee = {"amount": BOOKING_FEE, "currency": "EUR"}
    show = await organizer.show(name=NAME, standing=50, price=PRICE, booking_fee=fee)
    await wait_for(organizer.http, NAME, 1)
    return show


@pytest_asyncio.fixture(scope="module")
async def seen(organizer: Organizer, ada: Buyer, show: Show) -> Seen:
    http = organizer.http
    area = {"section_id": show.floor, "quantity": 1}
    held = await ada.hold(show, general_admission=[area])
    search = (await http.get("/events/search", params={"q": NAME, "facets": "price"})).json()
    return Seen(
        charged=held.answer["total"]["amount"],
        summary=search["events"][0],
        facets=search["facets"]["price"],
        details=(await http.get(f"/events/details/{show.id}")).json(),
        page=(await http.get(f"/e/{show.id}", headers={"Accept-Language": "en-IE"})).text,
        results=(await http.get("/search", params={"q": NAME}, headers={"Accept-Language": "en-IE"})).text,
        discovery=(await http.get("/discovery/v2/events.json", params={"keyword": NAME, "apikey": "any"})).json(),
    )


async def test_one_ticket_is_charged_with_the_booking_fee(seen: Seen) -> None:
    assert seen.charged == ALONE


async def test_search_shows_the_price_with_the_fee(seen: Seen) -> None:
    assert seen.summary["price_range"] == {edge: {"amount": ALONE, "currency": "EUR"} for edge in ("min", "max")}
    assert [(entry["min"], entry["max"]) for entry in seen.facets] == [(2500, 5000)]


@pytest.mark.parametrize(("price_max", "found"), [(ALONE - 1, 0), (ALONE, 1)])
async def test_the_price_filter_includes_the_fee(organizer: Organizer, show: Show, price_max: int, found: int) -> None:
    asked: dict[str, str | int] = {"q": NAME, "price_max": price_max, "currency": "EUR"}
    answer = (await organizer.http.get("/events/search", params=asked)).json()

    assert answer["page"]["total"] == found


async def test_details_show_the_price_with_the_fee_and_its_parts(seen: Seen) -> None:
    [level] = seen.details["price_levels"]

    assert [level[name]["amount"] for name in ("price", "fees", "total")] == [PRICE, FEE + BOOKING_FEE, ALONE]
    assert seen.details["booking_fee"] == {"amount": BOOKING_FEE, "currency": "EUR"}


async def test_the_pages_show_the_price_with_the_fee(seen: Seen) -> None:
    shown = "€28.90"
    assert f'<span class="event-price">{shown}</span>' in seen.page
    assert f'<span class="number">{shown}</span>' in seen.page
    assert f"Tickets {shown}, fees included" in html.unescape(seen.page)
    assert f'<span class="price number">{shown}</span>' in seen.results
    assert "€26.40" not in seen.page + seen.results


async def test_structured_data_has_the_price_with_the_fee(seen: Seen) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', seen.page, re.DOTALL)
    assert found is not None

    assert [offer["price"] for offer in json.loads(found[1])["offers"]] == ["28.90"]


async def test_the_discovery_api_has_the_price_with_the_fee(seen: Seen) -> None:
    [event] = seen.discovery["_embedded"]["events"]

    assert [(priceRange["min"], priceRange["max"]) for priceRange in event["priceRanges"]] == [(28.9, 28.9)]


async def test_two_tickets_pay_the_booking_fee_once(organizer: Organizer, show: Show, seen: Seen) -> None:
    buyer = Buyer(organizer.http, "two-tickets")
    held = await buyer.hold(show, general_admission=[{"section_id": show.floor, "quantity": 2}])

    assert held.answer["total"]["amount"] == 2 * ALONE - BOOKING_FEE


async def test_a_free_level_stays_free(organizer: Organizer) -> None:
    levels = [{"name": "Standing", "price": {"amount": 0, "currency": "EUR"}}]
    fee = {"amount": BOOKING_FEE, "currency": "EUR"}
    show = await organizer.show(name="Gratismusik", standing=10, price_levels=levels, booking_fee=fee)
    answer: httpx.Response = await organizer.http.get(f"/events/details/{show.id}")

    assert [level["total"]["amount"] for level in answer.json()["price_levels"]] == [0]
