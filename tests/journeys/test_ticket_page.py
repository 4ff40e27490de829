"""The ticket page on a phone: the first code in the first view, tickets to swipe, a plain list without scripts."""

from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from playwright.async_api import Browser, Page, expect

from admitone.booking.contracts import BookingStatus
from admitone.tickets.contracts import GivenTransfer
from tests.browser import visit
from tests.http.pages.fixtures import BOOKING, LINKS, NOW, Env, a_booking, open_pages
from tests.http.pages.transfer_fixtures import OFFER_CODE
from tests.journeys.test_accessibility import grave_findings
from tests.journeys.test_my_tickets import ADDRESS, serve

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def bought() -> Env:
    return Env(booking=a_booking(BookingStatus.CONFIRMED, confirmed_at=NOW))


async def open_tickets(page: Page, pages: TestClient[Litestar]) -> None:
    await serve(page, pages)
    await page.goto(f"/my/{BOOKING}")


async def bottom_of(page: Page, ticket: int) -> float:
    """Return where the code of a ticket ends, in CSS pixels from the top of the window."""
    box = await page.locator("ticket-code").nth(ticket).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("width", [360, 390])
async def test_the_first_code_is_in_the_first_view_and_white_behind_it(chromium: Browser, width: int) -> None:
    with open_pages(bought(), test_mode=True) as pages:
        view = {"width": width, "height": 844}
        async with visit(chromium, ADDRESS, "phone", viewport=view, color_scheme="dark") as page:
            await open_tickets(page, pages)

            assert await bottom_of(page, 0) <= 844
            paper = page.locator(".ticket-code").first
            await expect(paper).to_have_css("background-color", "rgb(255, 255, 255)")
            await expect(page.get_by_text("turn your screen to full brightness")).to_be_visible()
            assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_tickets_are_turned_by_buttons_keys_and_swipes(chromium: Browser) -> None:
    with open_pages(bought()) as pages:
        async with visit(chromium, ADDRESS, "phone", reduced_motion="reduce") as page:
            await open_tickets(page, pages)
            position, row = page.locator("ticket-stack [role=status]"), page.locator(".tickets")
            second = page.locator(".ticket").nth(1)

            await expect(position).to_have_text("1 of 2")
            await expect(second).not_to_be_in_viewport(ratio=0.6)
            await page.get_by_role("button", name="Next ticket").click()
            await expect(position).to_have_text("2 of 2")
            await expect(second).to_be_in_viewport(ratio=0.6)
            await expect(page.get_by_role("button", name="Next ticket")).to_be_disabled()

            await row.focus()
            await page.keyboard.press("ArrowLeft")
            await expect(position).to_have_text("1 of 2")
            # What a finger does: the browser scrolls, and snaps to a ticket.
            await row.evaluate("row => row.scrollBy({ left: row.clientWidth * 0.7 })")
            await expect(position).to_have_text("2 of 2")


async def test_without_scripts_the_tickets_are_a_list(chromium: Browser) -> None:
    with open_pages(bought()) as pages:
        async with visit(chromium, ADDRESS, "phone", java_script_enabled=False) as page:
            await open_tickets(page, pages)

            assert await bottom_of(page, 0) <= 844 < await bottom_of(page, 1)
            await expect(page.locator(".stack-turn")).to_be_hidden()
            await expect(page.locator(".still")).to_have_count(2)


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desktop", "light")])
async def test_pages_of_a_transfer_have_no_grave_finding(chromium: Browser, size: str, scheme: str) -> None:
    env = bought()
    env.given = [GivenTransfer("trf_ben", "Ben", "offered", NOW + timedelta(days=7), env.booking.tickets[1:])]
    found: list[str] = []
    with open_pages(env) as pages:
        pages.get(f"/my/trf_ben?c={LINKS.code('trf_ben')}")
        async with visit(
            chromium, ADDRESS, size, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
        ) as page:
            await serve(page, pages)
            for path in (f"/my/{BOOKING}", "/my/trf_ben", f"/transfer?c={OFFER_CODE}"):
                await page.goto(path)
                for summary in await page.locator("summary").all():
                    await summary.click()
                assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
                found += await grave_findings(page, path)

    assert found == []
