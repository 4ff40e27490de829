"""The open page of a show reports changes of the show and keeps the buyer's selection."""

import pytest
from playwright.async_api import Browser, Page, expect

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, in_days
from tests.browser import SIZES, visit
from tests.journeys import steps
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

IS_LIVE = "() => document.getElementById('room').feed?.status === 'live'"
CHOSEN = "() => document.getElementById('room').chosen.map(seat => seat.index)"


@pytest.mark.parametrize("size", SIZES)
async def test_new_prices_then_a_new_time_then_the_end(
    stack: Stack, chromium: Browser, organizer: Organizer, size: str
) -> None:
    show = await organizer.show(name="Much Happens", hall=await organizer.sample_hall(), allow_orphans=True)
    async with visit(chromium, stack.address, size) as page:
        news = page.locator("#notices")
        await page.goto(f"/e/{show.id}")
        await steps.choose_best_pair(page)
        chosen = await page.evaluate(CHOSEN)
        await is_live(page)

        fee = {"booking_fee": {"amount": 100, "currency": "EUR"}}
        assert (await organizer.http.patch(f"/organizer/events/{show.id}", json=fee)).status_code == 200
        await expect(news).to_contain_text("Prices have changed")
        await news.get_by_role("button", name="Show the new prices").click()
        await expect(page.get_by_text("booking fee, once for the order")).to_be_visible()
        await expect(page.locator("#basket-seats li")).to_have_count(2)
        assert await page.evaluate(CHOSEN) == chosen
        await is_live(page)
        await expect(news).to_be_empty()

        await organizer.post(f"/organizer/events/{show.id}/postponement", {"starts_at": in_days(60)})
        await expect(news).to_contain_text("The time has changed")
        await news.get_by_role("button", name="Close").click()
        await expect(news).to_be_empty()

        await organizer.cancel(show)
        await expect(news).to_contain_text("This show was cancelled")
        await expect(page.get_by_role("button", name="Continue")).to_be_disabled()
        await expect(page.get_by_role("link", name="Choose seats")).to_be_hidden()
        assert await page.evaluate(CHOSEN) == chosen


async def test_an_event_without_a_map_shows_its_numbers_and_its_end(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    show = await organizer.show(name="Standing Room", standing=120)
    async with visit(chromium, stack.address, "phone") as page:
        await page.goto(f"/e/{show.id}")
        await expect(page.locator("#feed-words")).to_contain_text("Live", timeout=180_000)
        await page.get_by_role("spinbutton", name="Floor: how many tickets").fill("2")

        buyer = Buyer(organizer.http)
        held = await buyer.hold(show, general_admission=[{"section_id": show.floor, "quantity": 3}])
        await expect(page.get_by_text("117 left")).to_be_visible()
        assert (await buyer.release(held)).status_code == 200
        await expect(page.get_by_text("120 left")).to_be_visible()

        await organizer.cancel(show)
        await expect(page.locator("#notices")).to_contain_text("This show was cancelled")
        await expect(page.get_by_role("button", name="Continue")).to_be_disabled()
        await expect(page.get_by_role("spinbutton", name="Floor: how many tickets")).to_have_value("2")


async def is_live(page: Page) -> None:
    await page.wait_for_function(IS_LIVE, timeout=180_000)
