"""On the narrowest screens no page scrolls sideways (WCAG 2.2, 1.4.10)."""

import pytest
from playwright.async_api import Browser, Page, expect

from admitone.testing.organizer import Organizer
from tests.browser import visit
from tests.journeys import steps
from tests.journeys.programme import Programme
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WIDTHS = (195, 360)
"""CSS pixels: a phone of 390 at 200 % zoom, and the narrowest phone of today."""
STICKS_OUT = """(width) => [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > width + 0.5)
    .map((node) => `${node.tagName}#${node.id}.${node.className}`).slice(0, 12)"""
IS_WIDE = "(width) => document.documentElement.scrollWidth > width"
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.mark.parametrize("width", WIDTHS)
async def test_nothing_sticks_out(
    stack: Stack, chromium: Browser, organizer: Organizer, programme: Programme, width: int
) -> None:
    found: dict[str, list[str]] = {}
    long_name = await organizer.show(name=LONG_WORD, subtitle=LONG_WORD, description=LONG_WORD, standing=9)
    async with visit(chromium, stack.address, "phone", viewport={"width": width, "height": 422}) as page:
        for path in [*_public_paths(programme), f"/e/{long_name.id}"]:
            await page.goto(path)
            if path == f"/e/{programme.seated.id}":
                await expect(page.get_by_role("button", name="Find me 2 together")).to_be_visible()
            if path == "/schema":
                await page.locator("details").first.wait_for()
            if await page.evaluate(IS_WIDE, width):
                found[path] = await page.evaluate(STICKS_OUT, width)

    assert found == {}


@pytest.mark.parametrize("width", WIDTHS)
async def test_nothing_sticks_out_while_buying(
    stack: Stack, chromium: Browser, organizer: Organizer, width: int
) -> None:
    found: dict[str, list[str]] = {}
    show = await organizer.show(name=LONG_WORD, standing=9)

    async def measure(page: Page, step: str) -> None:
        if await page.evaluate(IS_WIDE, width):
            found[step] = await page.evaluate(STICKS_OUT, width)

    async with visit(chromium, stack.address, "phone", viewport={"width": width, "height": 422}) as page:
        await page.goto(f"/e/{show.id}")
        await page.get_by_role("button", name="One more").first.click()
        await measure(page, "one ticket chosen")
        await steps.go_on(page)
        await measure(page, "checkout")
        await steps.say_who(page)
        await steps.pay_with(page, "pm_card_visa")
        await steps.see_tickets(page, 1)
        await measure(page, "my booking")

    assert found == {}


def _public_paths(programme: Programme) -> list[str]:
    shows = (programme.seated, programme.mixed, programme.standing, programme.soon, programme.cancelled)
    return [
        "/",
        "/search?q=bj%C3%B6rk",
        "/search?q=nothing+like+that+anywhere",
        *(f"/e/{show.id}" for show in (*shows, programme.sold_out)),
        f"/performer/{programme.performer_id}",
        f"/venue/{programme.venue_id}",
        "/about",
        "/privacy",
        "/problems",
        "/no/such/page",
        "/schema",
    ]


PHONE = {"width": 390, "height": 844}
IN_SIGHT = """(node) => {
    const box = node.getBoundingClientRect();
    const heights = [box.top + 4, (box.top + box.bottom) / 2, box.bottom - 4];
    const isClear = heights.every((y) => node.contains(document.elementFromPoint((box.left + box.right) / 2, y)));
    return box.top >= 0 && box.bottom <= innerHeight + 1 && box.height >= 44 && isClear;
}"""

NEXT_STEPS = "#event-bar a, #continue"


async def test_the_price_and_the_next_step_stay_visible(stack: Stack, chromium: Browser, programme: Programme) -> None:
    """At every scroll position one button is visible: the bar's, or the basket's beside the seats."""
    async with visit(chromium, stack.address, "phone", viewport=PHONE) as page:
        await page.goto(f"/e/{programme.seated.id}")
        await expect(page.get_by_role("button", name="Find me 2 together")).to_be_visible()
        way, further = page.locator("#event-bar a"), page.locator("#continue")
        assert await way.evaluate(IN_SIGHT)
        await expect(page.locator("#event-bar")).to_contain_text("€")
        height = await page.evaluate("document.documentElement.scrollHeight")
        for place in range(0, height, 20):
            await page.evaluate("place => scrollTo({ top: place, behavior: 'instant' })", place)
            await page.wait_for_function(f"() => [...document.querySelectorAll('{NEXT_STEPS}')].some({IN_SIGHT})")
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
