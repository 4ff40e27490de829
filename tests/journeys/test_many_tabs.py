"""A browser opens six connections per host: the streams of show pages must not use them up."""

import pytest
from playwright.async_api import Browser, Page, expect

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show
from tests.browser import visit
from tests.journeys import steps
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = 8
TIMEOUT_MS = 60_000
STATUS = "() => document.getElementById('room').feed?.status"
IS_ONE_OF = "states => states.includes(document.getElementById('room').feed?.status)"
IS_TAKEN = (
    "index => document.getElementById('room').occupancy && !document.getElementById('room').occupancy.isFree(index)"
)


async def test_eight_pages_of_shows_load_and_stay_up_to_date(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    """All pages count as visible here, like windows side by side: more pages than connections."""
    hall = await organizer.sample_hall()
    shows = [await organizer.show(name=f"Tab {number}", hall=hall, allow_orphans=True) for number in range(PAGES)]
    async with visit(chromium, stack.address, "desktop") as first:
        pages = [first, *[await first.context.new_page() for _ in shows[1:]]]
        for page, show in zip(pages, shows, strict=True):
            await page.goto(f"/e/{show.id}", timeout=TIMEOUT_MS)
            await expect(page.get_by_role("heading", level=1)).to_have_text(show.name)

        streams = [await _settled(page) for page in pages]
        await Buyer(organizer.http, "tabs").hold(shows[-1], seats=list(shows[-1].seats[:2]))
        await pages[-1].wait_for_function(IS_TAKEN, arg=0, timeout=TIMEOUT_MS)

        assert 1 <= streams.count("live") < 6
        # A page that streams yields its connection to one that polls.
        for page, status in zip(pages, streams, strict=True):
            if status == "live":
                await page.close()
        [waiting, *_] = [page for page, status in zip(pages, streams, strict=True) if status != "live"]
        await waiting.wait_for_function(IS_ONE_OF, arg=["live"], timeout=TIMEOUT_MS)


async def _settled(page: Page) -> str:
    """Return whether the page streams, or polls while it waits for its turn."""
    await page.wait_for_function(IS_ONE_OF, arg=["live", "polling"], timeout=TIMEOUT_MS)
    return str(await page.evaluate(STATUS))


async def test_the_basket_shows_the_total_of_an_order(stack: Stack, chromium: Browser, organizer: Organizer) -> None:
    """Prices are those of one ticket; an order pays the booking fee once."""
    fee = {"amount": 250, "currency": "EUR"}
    hall = await organizer.plain_hall()
    show: Show = await organizer.show(name="Fee Once", hall=hall, price=2_000, booking_fee=fee)
    async with visit(chromium, stack.address, "desktop") as page:
        await page.goto(f"/e/{show.id}")
        await expect(page.locator(".price-total").first).to_have_text("€24.50")
        await steps.choose_best_pair(page)
        await expect(page.locator("#basket-seats .number")).to_have_text(["€22.00", "€22.00"])
        await expect(page.locator("#basket-total")).to_have_text("€46.50")
        await steps.go_on(page)
        await expect(page.locator(".held-total .number")).to_have_text("€46.50")
