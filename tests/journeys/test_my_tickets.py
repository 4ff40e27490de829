"""`/my` lists the bookings that were opened on a device, until they are forgotten or the list is turned off."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from playwright.async_api import Browser, Page, Route, expect

from admitone.booking.contracts import BookingStatus
from admitone.pages.assets import static_url
from tests.browser import visit
from tests.http.pages.fixtures import BOOKING, Env, a_booking, open_pages

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# No server: the answers of the pages are given to the browser for this address.
ADDRESS = "http://localhost"


async def serve(page: Page, pages: TestClient[Litestar]) -> None:
    """Answer the page's requests. With scripts turned off there is no worker to leave out."""

    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        found = pages.get(static_url("img/icon.svg") if path.startswith("/tickets/") else path)
        await route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.content)

    # A worker's script is not asked for through the page.
    await page.add_init_script("delete Navigator.prototype.serviceWorker")
    await page.route(f"{ADDRESS}/**", answer)


async def test_a_booking_is_listed_until_it_is_forgotten(chromium: Browser) -> None:
    with open_pages(Env(booking=a_booking(BookingStatus.CONFIRMED))) as pages:
        async with visit(chromium, ADDRESS, "phone") as page:
            await serve(page, pages)
            await page.goto("/my")
            nothing = page.get_by_text("No tickets are remembered on this device")
            await expect(nothing).to_be_visible()

            await page.goto(f"/my/{BOOKING}")
            await page.wait_for_function("() => localStorage.getItem('admitone.bookings')")
            assert "c=" not in await page.evaluate("() => localStorage.getItem('admitone.bookings')")
            await page.goto("/my")
            mine = page.locator("#my-bookings li")
            await expect(mine).to_contain_text(["Mahler 2 <Resurrection>"])
            assert await mine.get_by_role("link").get_attribute("href") == f"/my/{BOOKING}"
            await expect(nothing).to_be_hidden()

            await page.get_by_role("button", name="Forget everything").click()
            await expect(mine).to_have_count(0)
            await expect(nothing).to_be_visible()


async def test_a_device_that_opted_out_remembers_nothing(chromium: Browser) -> None:
    with open_pages(Env(booking=a_booking(BookingStatus.CONFIRMED))) as pages:
        async with visit(chromium, ADDRESS, "phone") as page:
            await serve(page, pages)
            await page.goto("/my")
            await page.get_by_label("Remember bookings").uncheck()
            await page.goto(f"/my/{BOOKING}")
            await page.wait_for_function("() => customElements.get('my-tickets')")
            await page.goto("/my")
            await expect(page.get_by_label("Remember bookings")).not_to_be_checked()
            await expect(page.locator("#my-bookings li")).to_have_count(0)
