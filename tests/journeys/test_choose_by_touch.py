"""Choose seats by touch: on phones of three widths, in a hall, an arena and a stadium."""

import re

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from admitone.testing.organizer import Organizer, Show
from tests.browser import visit
from tests.journeys import touch
from tests.journeys.touch import Fingers, open_map, place_of
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HALLS = {"hall": "ull_paraninfo", "arena": "canvas_arena", "stadium": "metalist_kharkiv"}
WIDTHS = (360, 390, 430)
TAPS_MAX = 3
SEAT_PX = 24
EVERY_PHONE = [pytest.param(hall, width, id=f"{hall}-{width}") for hall in HALLS for width in WIDTHS]


@pytest_asyncio.fixture(scope="session")
async def shows(organizer: Organizer) -> dict[str, Show]:
    return {
        name: await organizer.show(name=f"Choosing in the {name}", hall=await organizer.sample_hall(plan))
        for name, plan in HALLS.items()
    }


@pytest.mark.parametrize(("hall", "width"), EVERY_PHONE)
async def test_a_tap_on_a_seat_selects_it(
    stack: Stack, chromium: Browser, shows: dict[str, Show], hall: str, width: int
) -> None:
    async with visit(chromium, stack.address, "phone", viewport={"width": width, "height": 760}) as page:
        await open_map(page, shows[hall].id)
        assert await page.evaluate(touch.COVERED) == []
        fingers = await Fingers.on(page)
        height = await page.evaluate(touch.HEIGHT)
        for goal in await page.evaluate(touch.CORNERS):
            await page.get_by_role("button", name="Show the whole map").tap()
            await page.wait_for_function(touch.STILL)
            for _ in range(TAPS_MAX):
                place = await place_of(page, goal)
                await fingers.tap(place["x"], place["y"])
                if goal in await page.evaluate(touch.CHOSEN):
                    break
            assert goal in await page.evaluate(touch.CHOSEN)
            assert (await place_of(page, goal))["size"] >= SEAT_PX
            assert await page.evaluate(touch.HEIGHT) == height, "the map moved under the finger"

        await expect(page.locator("#basket-seats li")).to_have_count(3)


@pytest.mark.parametrize(("hall", "width"), EVERY_PHONE)
async def test_pinch_drag_and_tap_beside_a_seat(
    stack: Stack, chromium: Browser, shows: dict[str, Show], hall: str, width: int
) -> None:
    async with visit(chromium, stack.address, "phone", viewport={"width": width, "height": 760}) as page:
        await open_map(page, shows[hall].id)
        fingers = await Fingers.on(page)
        goal = (await page.evaluate(touch.CORNERS))[2]
        scrolled, overview = await page.evaluate("scrollY"), await page.evaluate(touch.SCALE)
        while (place := await place_of(page, goal))["size"] < SEAT_PX:
            before = await page.evaluate(touch.SCALE)
            await fingers.pinch((place["x"], place["y"]), 60, 180)
            assert await page.evaluate(touch.SCALE) > before
        assert await page.evaluate(touch.SCALE) > overview
        assert await page.evaluate("[scrollY, visualViewport.scale]") == [scrolled, 1], "the page moved, not the map"

        middle = await place_of(page, goal)
        await fingers.drag((middle["x"], middle["y"]), (-70, 50))
        moved = await place_of(page, goal)
        assert (moved["x"] - middle["x"], moved["y"] - middle["y"]) != (0, 0)
        assert await page.evaluate("scrollY") == scrolled

        place = await place_of(page, goal)
        await fingers.tap(place["x"] + 4, place["y"] - 4)  # a thumb is never exact
        assert await page.evaluate(touch.CHOSEN) == [goal]


async def test_a_tap_on_a_narrow_section_names_it_and_its_price(
    stack: Stack, chromium: Browser, shows: dict[str, Show]
) -> None:
    async with visit(chromium, stack.address, "phone") as page:
        await open_map(page, shows["stadium"].id)
        fingers = await Fingers.on(page)
        for name, seat in (await page.evaluate(touch.NARROW)).items():
            await page.get_by_role("button", name="Show the whole map").tap()
            await page.wait_for_function(touch.STILL)
            place = await place_of(page, seat)
            await fingers.tap(place["x"], place["y"])

            line = page.locator(".seat-map-hint")
            await expect(line).to_contain_text(re.compile(rf"^{name}\d+ of \d+ left, from €\d"))
            assert "_" not in await line.inner_text()


async def test_one_finger_scrolls_past_the_overview(stack: Stack, chromium: Browser, shows: dict[str, Show]) -> None:
    async with visit(chromium, stack.address, "phone") as page:
        await open_map(page, shows["hall"].id)
        scrolled = await page.evaluate("scrollY")
        box = await page.locator(".seat-map-canvas").bounding_box()
        assert box is not None
        await (await Fingers.on(page)).drag((box["x"] + 150, box["y"] + 300), (0, -200))

        await page.wait_for_function("before => scrollY > before + 50", arg=scrolled)
