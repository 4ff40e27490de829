"""The page's seat map stays correct without its stream, and the page streams again when the stream works."""

import pytest
from playwright.async_api import Browser, Page, Route

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.browser import visit
from tests.journeys import steps
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STATUS_IS = "status => document.getElementById('room').feed?.status === status"
IS_TAKEN = (
    "index => document.getElementById('room').occupancy && !document.getElementById('room').occupancy.isFree(index)"
)
CHOSEN = "() => document.getElementById('room').chosen.map(seat => seat.index)"


async def test_the_page_polls_without_the_stream_and_streams_again_later(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    show = await organizer.show(name="Streams Are Away", hall=await organizer.sample_hall(), allow_orphans=True)
    ada = Buyer(organizer.http, "ada-of-the-streams")
    refused = 0

    async def refuse(route: Route) -> None:
        nonlocal refused
        refused += 1
        await route.abort()

    async with visit(chromium, stack.address, "desktop") as page:
        await page.route("**/live", refuse)
        await page.goto(f"/e/{show.id}")
        await until(page, STATUS_IS, "polling")
        await ada.hold(show, seats=list(show.seats[:2]))
        await until(page, IS_TAKEN, 0)
        assert refused >= 2, "the page has retried automatically"

        await page.unroute("**/live")
        await until(page, STATUS_IS, "live")
        await Buyer(organizer.http, "bob-of-the-streams").hold(show, seats=list(show.seats[2:4]))
        await until(page, IS_TAKEN, 2)


async def test_the_loss_of_a_selected_seat_is_shown_and_others_are_offered(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    show = await organizer.show(name="Somebody Was Faster", hall=await organizer.sample_hall(), allow_orphans=True)
    async with visit(chromium, stack.address, "desktop") as page:
        await page.goto(f"/e/{show.id}")
        await steps.choose_best_pair(page)
        chosen = await page.evaluate(CHOSEN)

        await Buyer(organizer.http, "faster").hold(show, seats=[show.seats[index] for index in chosen])

        await until(page, IS_TAKEN, chosen[0])
        await page.locator("#refusal").get_by_role("button").first.click()
        await until(page, "count => document.getElementById('room').chosen.length === count", 2)
        assert not set(await page.evaluate(CHOSEN)) & set(chosen)


async def until(page: Page, condition: str, argument: object) -> None:
    await page.wait_for_function(condition, arg=argument, timeout=180_000)
