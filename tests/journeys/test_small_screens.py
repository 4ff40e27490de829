"""On the narrowest screens no page scrolls sideways (WCAG 2.2, 1.4.10)."""

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


async def test_no_element_is_wider_than_the_screen(stack: Stack, chromium: Browser, programme: Programme) -> None:
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


PHONE = {"width": 390, "height": 844}
IN_SIGHT = """(node) => {
    const box = node.getBoundingClientRect();
    const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return box.top >= 0 && box.bottom <= innerHeight && box.height >= 44 && node.contains(hit);
}"""


async def test_the_price_and_the_next_step_stay_visible(stack: Stack, chromium: Browser, programme: Programme) -> None:
    """At every scroll position one button is visible: the bar's, or the basket's beside the seats."""
    async with visit(chromium, stack.address, "phone", viewport=PHONE) as page:
        await page.goto(f"/e/{programme.seated.id}")
        await expect(page.get_by_role("button", name="Find me 2 together")).to_be_visible()
        way, further = page.locator("#event-bar a"), page.locator("#continue")
        assert await way.evaluate(IN_SIGHT)
        await expect(page.locator("#event-bar")).to_contain_text("€")
        height = await page.evaluate("document.documentElement.scrollHeight")
        for place in range(0, height, 300):
            await page.evaluate("place => scrollTo({ top: place, behavior: 'instant' })", place)
            await page.wait_for_function(
                "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
            )
            assert await way.evaluate(IN_SIGHT) or await further.evaluate(IN_SIGHT), f"no button visible at {place}"
        assert await page.evaluate("document.documentElement.scrollHeight") == height

        await page.evaluate("scrollTo(0, 0)")
        await expect(page.locator("#event-bar")).to_be_visible()
        await way.tap()
        await expect(further).to_be_in_viewport()
        await expect(page.locator("#event-bar")).to_be_hidden()


async def test_the_focused_element_is_not_covered_by_the_bar(
    stack: Stack, chromium: Browser, programme: Programme
) -> None:
    async with visit(chromium, stack.address, "phone", viewport=PHONE) as page:
        await page.goto(f"/e/{programme.standing.id}")
        for link in await page.locator(".event-facts a").all():
            await page.evaluate("scrollTo(0, 0)")
            await link.focus()
            assert await link.evaluate(IN_SIGHT.replace("box.height >= 44 && ", "")), await link.inner_text()
