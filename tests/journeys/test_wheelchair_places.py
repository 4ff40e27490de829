"""A wheelchair user and a companion buy on a phone; other buyers get an explanation."""

import pytest
from playwright.async_api import Browser, Page, expect

from admitone.testing.organizer import Organizer, Show
from tests.browser import visit
from tests.journeys.steps import go_on
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


async def accessible_show(organizer: Organizer) -> Show:
    return await organizer.show(name="Everybody's Evening", hall=await organizer.accessible_hall())


async def open_rows(page: Page, show: Show) -> None:
    """Open the list of seats at its first row: `..wc....`."""
    await page.goto(f"/e/{show.id}")
    await expect(page.get_by_role("button", name="Find me 2 together")).to_be_visible()
    for part in ("#list-part", "seat-list details.seat-list-section", "seat-list details.seat-list-row"):
        await page.locator(f"{part} > summary").first.click()


async def test_the_companion_seat_is_offered_and_removed_with_its_place(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    show = await accessible_show(organizer)
    async with visit(chromium, stack.address, "phone") as page:
        await open_rows(page, show)
        await page.get_by_label("Seat 3", exact=False).and_(page.get_by_label("Wheelchair place")).check()
        await page.get_by_role("button", name="Add companion seat 4").click()
        chips = page.locator("#basket-seats li")
        await expect(chips).to_have_count(2)
        await expect(chips.nth(1)).to_contain_text("companion seat of wheelchair place 3")

        await page.get_by_role("button", name="Remove Stalls, row 1, seat 3").click()
        await expect(chips).to_have_count(0)
        await expect(page.get_by_role("heading", name="The companion seat went with it")).to_be_visible()


async def test_a_companion_seat_alone_is_explained_and_the_place_offered(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    show = await accessible_show(organizer)
    async with visit(chromium, stack.address, "phone") as page:
        await open_rows(page, show)
        box = page.get_by_label("Companion seat of wheelchair place 3")
        await box.click()
        await expect(page.get_by_role("alert").filter(has_text="goes with its wheelchair place")).to_be_visible()
        await expect(box).not_to_be_checked()

        await page.get_by_role("button", name="Take wheelchair place row 1 seat 3 with it").click()
        await expect(page.locator("#basket-seats li")).to_have_count(2)
        await expect(box).to_be_checked()
        await go_on(page)
        await expect(page.get_by_text("row 1, seat 4, companion seat")).to_be_visible()


async def test_best_available_includes_a_wheelchair_place_only_on_request(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    show = await accessible_show(organizer)
    async with visit(chromium, stack.address, "phone") as page:
        await page.goto(f"/e/{show.id}")
        chips = page.locator("#basket-seats li")
        await page.get_by_role("button", name="Find me 2 together").click()
        await expect(chips).to_have_count(2)
        await expect(page.locator("#basket-seats")).not_to_contain_text("wheelchair place")

        await page.get_by_role("button", name="Wheelchair places", exact=True).click()
        await page.get_by_role("button", name="Find a wheelchair place + 1").click()
        await expect(chips.nth(0)).to_contain_text("wheelchair place")
        await expect(chips).to_have_count(2)
        await go_on(page)
