"""A list of venues that is too long follows what is typed, and keeps what was chosen: in the form of an event, and in
the filter of events."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from admitone.console.routes.screens.choices import CHOICES_MAX
from tests.browser import SIZES, visit
from tests.journeys.hands import Keys, Pointer
from tests.journeys.test_console_stranger import Owner, owner_link
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PLACE = {"city": "Köln", "country_code": "DE", "timezone": "Europe/Berlin"}


@pytest.mark.parametrize("size", SIZES)
async def test_a_venue_is_found_while_its_name_is_typed(stack: Stack, chromium: Browser, size: str) -> None:
    async with visit(chromium, stack.address, size) as page:
        await open_house_of_venues(stack, page, size, CHOICES_MAX + 1)
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


@pytest.mark.parametrize("size", SIZES)
async def test_the_events_of_any_venue_are_listed(stack: Stack, chromium: Browser, size: str) -> None:
    """By keyboard alone on a desktop, by touch on a phone; without scripts as well."""
    async with visit(chromium, stack.address, size) as page:
        await open_house_of_venues(stack, page, f"filter.{size}", CHOICES_MAX + 20)
        hands = Keys(page) if size == "desktop" else Pointer()
        await page.goto("/console/events")
        venues = page.get_by_label("Venue", exact=True)
        assert await venues.locator("option", has_text="Hall 119").count() == 0

        await hands.fill(page.get_by_label("Find a venue"), "hall 119")
        await expect(page.get_by_text("The list below has 1.")).to_be_visible()
        assert await venues.locator("option").all_inner_texts() == ["All venues", "Hall 119, Köln"]
        await hands.choose(venues, "Hall 119, Köln")
        find = page.get_by_role("button", name="Find", exact=True)
        await (find.tap() if size == "phone" else hands.press(find))
        await expect(page.get_by_role("link", name="Show all")).to_be_visible()
        await expect(venues.locator("option:checked")).to_have_text("Hall 119, Köln")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        state: Any = await page.context.storage_state()
    async with visit(chromium, stack.address, size, storage_state=state, java_script_enabled=False) as plain:
        await plain.goto("/console/events")
        venues = plain.get_by_label("Venue", exact=True)
        await plain.get_by_label("Find a venue").fill("hall 118")
        find = plain.get_by_role("button", name="Find for the list below")
        await (find.tap() if size == "phone" else find.press("Enter"))
        await expect(plain.get_by_text("The list below has those with these words.")).to_be_visible()
        await venues.select_option(label="Hall 118, Köln")
        await plain.get_by_role("button", name="Find", exact=True).click()
        await expect(venues.locator("option:checked")).to_have_text("Hall 118, Köln")


async def open_house_of_venues(stack: Stack, page: Page, name: str, number: int) -> None:
    """Sign in as the owner of a new organization, and make its venues: Hall 000 and so on."""
    await page.goto(await asyncio.to_thread(owner_link, stack, f"House of the {name} list"))
    await Owner(page, Pointer()).becomes_one(f"venues@{name}.example")
    await page.goto("/console/venues/new")
    token = await page.locator("main [name=csrf_token]").input_value()
    for index in range(number):
        form: dict[str, str | float | bool] = {"csrf_token": token, "name": f"Hall {index:03}", **PLACE}
        assert (await page.request.post("/console/venues/new", form=form)).ok
