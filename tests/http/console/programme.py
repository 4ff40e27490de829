"""Steps that tests of the console's event and room screens share."""

import re
from typing import Any

import httpx

from tests.http.console.browsing import Browser, field_of_page

VENUE = {
    "venue.name": "Große Bühne",
    "venue.city": "Köln",
    "venue.country_code": "DE",
    "venue.timezone": "Europe/Berlin",
}
NAME = "The Tempest <3"
HALL: dict[str, Any] = {
    "name": "Main stage",
    "room.stage": "Stage",
    "room.sections.0.name": "Stalls",
    "room.sections.0.rows": "15",
    "room.sections.0.seats": "20",
    "room.sections.0.bands": "Front 5\nMiddle 5\nBack",
    "room.sections.0.aisles": "10",
    "room.sections.0.row_names.omit": "I, O",
}


async def new_event(browser: Browser, **fields: Any) -> str:
    """Return the path of a new draft, in a new venue."""
    details = {"name": NAME, "venue_id": "new", **VENUE, "start": "2030-06-01T19:30", **fields}
    answer = await browser.send("/console/events/new", **details)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removesuffix("/prices")


async def new_prices(browser: Browser, event: str, **fields: Any) -> httpx.Response:
    """Give the event standing room at one price."""
    page = await browser.get(f"{event}/prices")
    floor = {
        "etag": field_of_page(page, "etag"),
        "currency": "EUR",
        "price_levels.0.name": "Floor",
        "price_levels.0.price.amount": "20",
        "price_levels.0.fees.amount": "1,50",
        "general_admission.0.name": "Floor",
        "general_admission.0.capacity": "100",
    }
    return await browser.send(f"{event}/prices", **{**floor, **fields})


async def flash_of(browser: Browser, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    page = await browser.get(answer.headers["Location"])
    found = re.search(r'class="flash" role="status">([^<]*)<', page.text)
    return found[1] if found else ""
