"""A list that is too long for the form of an event follows what is typed, and keeps what was chosen."""

import asyncio

import pytest
from playwright.async_api import Browser, expect

from admitone.console.routes.screens.event_details import CHOICES_MAX
from tests.browser import SIZES, visit
from tests.journeys.hands import Pointer
from tests.journeys.test_console_stranger import Owner, owner_link
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PLACE = {"city": "Köln", "country_code": "DE", "timezone": "Europe/Berlin"}


@pytest.mark.parametrize("size", SIZES)
async def test_a_venue_is_found_while_its_name_is_typed(stack: Stack, chromium: Browser, size: str) -> None:
    async with visit(chromium, stack.address, size) as page:
        await page.goto(await asyncio.to_thread(owner_link, stack, f"House of the {size} list"))
        await Owner(page, Pointer()).becomes_one(f"venues@{size}.example")
        await page.goto("/console/venues/new")
        token = await page.locator("main [name=csrf_token]").input_value()
        for number in range(CHOICES_MAX + 1):
            form: dict[str, str | float | bool] = {"csrf_token": token, "name": f"Hall {number:03}", **PLACE}
            assert (await page.request.post("/console/venues/new", form=form)).ok
        await page.goto("/console/events/new")
        await page.get_by_label("Name", exact=True).fill("The Tempest")
        venues = page.get_by_label("Venue", exact=True)
        await venues.select_option(label="Hall 007, Köln")

        await page.get_by_label("Find a venue").fill("hall 100")
        await expect(page.get_by_text("The list below has 1.")).to_be_visible()
        assert await venues.locator("option").all_inner_texts() == [
            *("Choose", "Hall 007, Köln", "Hall 100, Köln", "A new venue (fill in below)")
        ]
        await expect(venues).to_have_value(
            await venues.locator("option", has_text="Hall 007").get_attribute("value") or ""
        )
        await page.get_by_label("Find a venue").press("Enter")  # it looks again, and sends no form
        await venues.select_option(label="Hall 100, Köln")
        await expect(page.get_by_label("Name", exact=True)).to_have_value("The Tempest")
