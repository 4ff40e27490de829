"""On the narrowest screens nothing sticks out: no page is scrolled sideways (WCAG 2.2, 1.4.10)."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser import visit
from tests.journeys.programme import Programme
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NARROWEST = {"width": 320, "height": 640}
STICKS_OUT = """() => [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5)
    .map((node) => `${node.tagName}#${node.id}.${node.className}`)"""
IS_WIDE = "() => document.documentElement.scrollWidth > 320"


async def test_nothing_sticks_out(stack: Stack, chromium: Browser, programme: Programme) -> None:
    seated = f"/e/{programme.seated.id}"
    paths = ["/", "/search?q=bj%C3%B6rk", seated, f"/e/{programme.mixed.id}", f"/e/{programme.standing.id}", "/about"]
    found: dict[str, list[str]] = {}
    async with visit(chromium, stack.address, "phone", viewport=NARROWEST) as page:
        for path in paths:
            await page.goto(path)
            if path == seated:
                await expect(page.get_by_role("button", name="Find me 2 together")).to_be_visible()
            if await page.evaluate(IS_WIDE):
                found[path] = await page.evaluate(STICKS_OUT)

    assert found == {}
