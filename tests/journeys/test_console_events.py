"""From an empty installation to two held seats: venue, generated room, event with three levels, publication."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Page, expect

from admitone.kit.postgres import open_pool
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_demo_link
from admitone.organizers.usecases.organizations import create_organization
from tests.browser import visit
from tests.journeys.steps import choose_best_pair, go_on
from tests.journeys.test_accessibility import grave_findings
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PRICES = ("45", "32", "19.50")
HOUSE = "Stadttheater Köln"
SCREENS = (
    "/console/events?listing=drafts",
    "/console/events/new",
    "/console/rooms",
    "/console/rooms/new",
    "/console/venues",
)
PARTS = ("", "/details", "/prices", "/sale", "/copy", "/repeat", "/cancellation")
IS_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest_asyncio.fixture
async def link(stack: Stack) -> str:
    """Return a one-time link that opens the console of an organization without data."""
    async with open_pool(stack.database_url) as pool:
        deps = Deps(pool, lambda: datetime.now(UTC))
        token = await create_demo_link(deps, organization_id=await create_organization(deps, name=HOUSE))
    return f"{stack.address}/console/welcome/{token}"


async def test_an_owner_puts_a_hall_on_sale_and_a_fan_holds_two_seats(link: str, chromium: Browser) -> None:
    address = link.partition("/console")[0]
    async with visit(chromium, address, "phone") as page:
        await page.goto(link)
        await expect(page.get_by_role("heading", level=1)).to_have_text(HOUSE)
        await make_a_venue(page)
        await make_a_room(page)
        event = await make_an_event(page)
        state = await page.context.storage_state()

    found: list[str] = []
    async with visit(chromium, address, "desktop", storage_state=state, bypass_csp=True) as page:
        for path in SCREENS:
            await page.goto(path)
            found += await grave_findings(page, path)
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        for part in PARTS:
            await page.goto(f"{event}{part}")
            found += await grave_findings(page, f"{event}{part}")
        assert found == []
        await page.goto("/console/events?listing=drafts")
        await page.get_by_role("link", name="The Tempest").click()
        await expect(page).to_have_url(re.compile(event))
        await page.get_by_role("button", name="Publish").click()
        await expect(page.get_by_role("status")).to_contain_text("The event is published.")
        await page.get_by_role("link", name="Public page").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("The Tempest")
        await expect(page.get_by_role("img", name="A teal curtain")).to_be_visible()
        await choose_best_pair(page)
        await go_on(page)
        await expect(page.get_by_role("main")).to_contain_text("€94")


async def make_a_venue(page: Page) -> None:
    await page.goto("/console/venues")
    await page.get_by_role("link", name="New venue").click()
    await page.get_by_label("Name", exact=True).fill("Stadttheater")
    await page.get_by_label("City").fill("Köln")
    await page.get_by_label("Country").select_option(label="Germany")
    await page.get_by_label("Time zone").select_option("Europe/Berlin")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_have_text("Stadttheater is saved.")


async def make_a_room(page: Page) -> None:
    """The preview follows what is typed, before anything is saved."""
    await page.get_by_role("link", name="Rooms").click()
    await page.get_by_role("link", name="New room").click()
    await page.get_by_label("Name of the room").fill("Main stage")
    preview = page.get_by_role("region", name="Preview")
    await expect(preview).to_contain_text("200 seats")
    await page.get_by_label("Rows", exact=True).fill("15")
    await page.get_by_label("Aisles after seat").fill("10")
    await page.get_by_label("Categories, front to back").fill("Front 5\nMiddle 5\nBack")
    await expect(preview).to_contain_text("300 seats")
    await expect(preview).to_contain_text("Middle 100")
    assert not await page.evaluate(IS_WIDE)
    await page.get_by_role("button", name="Save the room").click()
    await expect(page.get_by_role("status")).to_have_text("The room is saved.")


async def choose_a_picture(page: Page) -> None:
    """A file that is no picture is explained; a picture is shown as soon as it is chosen."""
    field = page.get_by_label("Picture of the event")
    await field.set_input_files({"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    await expect(field).to_have_accessible_description(re.compile("This is not a picture"))
    written = BytesIO()
    Image.new("RGB", (300, 400), "teal").save(written, "PNG")
    await field.set_input_files({"name": "poster.png", "mimeType": "image/png", "buffer": written.getvalue()})
    await expect(page.get_by_text("The picture is stored.")).to_be_visible()
    await page.get_by_label("What the picture shows").fill("A teal curtain")


async def make_an_event(page: Page) -> str:
    """Return the path of the draft, with three levels and without anything missing."""
    await page.goto("/console/events")
    await page.get_by_role("link", name="New event").click()
    await page.get_by_label("Name", exact=True).fill("The Tempest")
    await page.get_by_label("Venue", exact=True).select_option(label="Stadttheater, Köln")
    await page.get_by_label("Room").select_option(label="Main stage (300 seats)")
    await page.get_by_label("Start", exact=True).fill("2030-06-01T19:30")
    await choose_a_picture(page)
    await page.get_by_role("button", name="Save the draft").click()
    levels = page.locator("[data-level]")
    for level, price in enumerate(PRICES):
        await levels.nth(level).get_by_label("Price", exact=True).fill(price)
        await levels.nth(level).get_by_label("Fee for each ticket").fill("2")
    await expect(levels.first.locator("output")).to_have_text("€47.00")
    assert not await page.evaluate(IS_WIDE)
    await page.get_by_role("button", name="Save the prices").click()
    await expect(page.get_by_role("status")).to_have_text("The prices are saved.")
    await expect(page.locator(".checklist .missing")).to_have_count(0)
    return page.url
