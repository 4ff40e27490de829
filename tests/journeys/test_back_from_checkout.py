"""Back from the checkout: the page recognizes this tab's hold, links to its checkout, and can release it."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from admitone.testing.organizer import Organizer
from tests.browser import visit
from tests.journeys import steps
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TIMEOUT_MS = 60_000
CHECKOUT = re.compile(r"/checkout/[^/]+\?t=")
OWN = "count => document.getElementById('room').own?.size === count"
IS_LIVE = "() => document.getElementById('room').feed?.status === 'live'"


async def hold_and_go_back(page: Page, event_id: str) -> None:
    await page.goto(f"/e/{event_id}")
    await steps.choose_best_pair(page)
    await steps.go_on(page)
    await page.go_back()
    await expect(page).to_have_url(f"/e/{event_id}")


async def test_own_seats_are_recognized_and_the_checkout_continues(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    show = await organizer.show(name="Back And Forth", hall=await organizer.plain_hall(), allow_orphans=True)
    async with visit(chromium, stack.address, "desktop") as page:
        await hold_and_go_back(page, show.id)

        own = page.locator("#own-hold")
        await expect(own).to_contain_text("You hold 2 tickets until")
        await expect(own).to_contain_text("Berlin time")
        await page.wait_for_function(OWN, arg=2, timeout=TIMEOUT_MS)
        await expect(page.locator("#refusal")).to_be_empty()
        await own.get_by_role("link", name="Continue to payment").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your tickets")


async def test_a_hold_whose_checkout_was_never_reached_is_recognized(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    show = await organizer.show(name="Reloaded Too Soon", hall=await organizer.plain_hall(), allow_orphans=True)
    async with visit(chromium, stack.address, "desktop") as page:
        await page.goto(f"/e/{show.id}")
        await steps.choose_best_pair(page)
        await page.route(CHECKOUT, lambda route: route.abort())
        async with page.expect_event("requestfailed"):
            await page.get_by_role("button", name="Continue").click()
        await page.unroute(CHECKOUT)
        await page.goto(f"/e/{show.id}")

        own = page.locator("#own-hold")
        await expect(own).to_contain_text("You hold 2 tickets until")
        await own.get_by_role("link", name="Continue to payment").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your tickets")
        assert "?" not in page.url


async def test_own_seats_are_released(stack: Stack, chromium: Browser, organizer: Organizer) -> None:
    show = await organizer.show(name="Back For Good", hall=await organizer.plain_hall(), allow_orphans=True)
    async with visit(chromium, stack.address, "desktop") as page:
        await hold_and_go_back(page, show.id)
        own = page.locator("#own-hold")

        await own.get_by_role("button", name="Release them").click()
        await expect(own).to_contain_text("You released 2 tickets")
        await page.wait_for_function(OWN, arg=0, timeout=TIMEOUT_MS)
        seats = (await organizer.http.get(f"/events/{show.id}/seats", headers={"Cache-Control": "no-cache"})).json()
        assert set(seats["states"]) == {"a"}
        await own.get_by_role("link", name="Hold the same again").click()
        await page.get_by_role("button", name="Hold the same seats again").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your tickets")


async def test_another_visitor_sees_no_hold_of_theirs(stack: Stack, chromium: Browser, organizer: Organizer) -> None:
    show = await organizer.show(name="Not Mine", hall=await organizer.plain_hall(), allow_orphans=True)
    async with visit(chromium, stack.address, "desktop") as page:
        await hold_and_go_back(page, show.id)
        await expect(page.locator("#own-hold")).to_be_visible()
    async with visit(chromium, stack.address, "desktop") as stranger:
        await stranger.goto(f"/e/{show.id}")
        await stranger.wait_for_function(IS_LIVE, timeout=TIMEOUT_MS)
        await expect(stranger.locator("#own-hold")).to_be_hidden()
