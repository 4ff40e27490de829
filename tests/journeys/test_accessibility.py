"""Check every page with axe, light and dark, phone and desktop: no serious and no critical finding."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.browser import SIZES, visit
from tests.journeys import steps
from tests.journeys.programme import Programme
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

GRAVE = ("serious", "critical")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOOKS = [(scheme, size) for scheme in SCHEMES for size in SIZES]


@pytest.mark.parametrize("size", SIZES)
async def test_pages_to_read(stack: Stack, chromium: Browser, programme: Programme, size: str) -> None:
    paths = [
        "/",
        "/search?q=bj%C3%B6rk",
        "/search?q=nothing+like+that+anywhere",
        f"/e/{programme.seated.id}",
        f"/e/{programme.mixed.id}",
        f"/e/{programme.standing.id}",
        f"/e/{programme.soon.id}",
        f"/e/{programme.cancelled.id}",
        f"/e/{programme.sold_out.id}",
        f"/performer/{programme.performer_id}",
        f"/venue/{programme.venue_id}",
        "/about",
        "/privacy",
        "/problems",
        "/no/such/page",
        "/schema",
    ]
    found: list[str] = []
    async with visit(chromium, stack.address, size, reduced_motion="reduce", bypass_csp=True) as page:
        for path in paths:
            await page.goto(path)
            await page.wait_for_load_state("load")
            for scheme in SCHEMES:
                await page.emulate_media(color_scheme=scheme)
                found += await grave_findings(page, f"{path} ({scheme})")

    assert found == []


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
async def test_pages_to_buy(stack: Stack, chromium: Browser, programme: Programme, scheme: str, size: str) -> None:
    found: list[str] = []
    async with visit(
        chromium, stack.address, size, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
    ) as page:
        await page.goto(f"/e/{programme.mixed.id}")
        await steps.choose_best_pair(page)
        await page.locator("#list-part > summary").click()
        await page.locator("seat-list details.seat-list-section > summary").first.click()
        await page.locator("seat-list details.seat-list-row > summary").first.click()
        found += await grave_findings(page, "the event with two seats chosen and the list open")
        await steps.go_on(page)
        found += await grave_findings(page, "checkout")
        await steps.pay_with(page, "pm_card_visa")
        await page.locator(".error-summary").wait_for()
        found += await grave_findings(page, "checkout with faults")
        await steps.say_who(page)
        await steps.pay_with(page, "pm_card_visa")
        await steps.see_tickets(page, 2)
        found += await grave_findings(page, "my booking")

    assert found == []


async def grave_findings(page: Page, where: str) -> list[str]:
    results = await Axe().run(page)
    return [
        f"{where}: {finding['id']} ({finding['impact']}) at {[node['target'] for node in finding['nodes'][:3]]}"
        for finding in results.response["violations"]
        if finding["impact"] in GRAVE
    ]
