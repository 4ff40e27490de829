"""A stranger becomes an owner in a browser, invites a colleague and makes a key; every screen is accessible."""

import os
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, expect

from admitone.kit.postgres import open_pool
from admitone.organizers.contracts import LinkPurpose
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_link
from admitone.organizers.usecases.organizations import create_organization
from tests.browser import visit
from tests.journeys.test_accessibility import grave_findings
from tests.journeys.test_small_screens import IS_WIDE, STICKS_OUT
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "four quiet bassoons"
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
SCREENS = (
    *("/console", "/console/team", "/console/team/invite", "/console/keys", "/console/keys/new", "/console/audit"),
    *("/console/account", "/console/confirm", "/console/nowhere", "/console/settings/payment-tests/new"),
)
SHOTS = os.environ.get("ADMITONE_TEST_PICTURES")
"""A folder for pictures of every screen, to look at."""


async def owner_link(stack: Stack) -> str:
    async with open_pool(stack.database_url) as pool:
        deps = Deps(pool, lambda: datetime.now(UTC))
        house = await create_organization(deps, name=LONG_NAME)
        _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.OWNER)
    return f"/console/welcome/{token}"


async def test_a_stranger_becomes_an_owner_and_every_screen_is_accessible(stack: Stack, chromium: Browser) -> None:
    found: list[str] = []
    async with visit(chromium, stack.address, "desktop", reduced_motion="reduce", bypass_csp=True) as page:
        await page.goto(await owner_link(stack))
        await page.get_by_role("button", name="Open the console").click()
        await expect(page.get_by_role("alert")).to_be_focused()
        found += await grave_findings(page, "welcome with faults")
        await page.get_by_label("Your name").fill("Ada")
        await page.get_by_label("Email address").fill("ada@stranger.example")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Open the console").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(LONG_NAME)

        await page.get_by_role("link", name="Team").first.click()
        await page.get_by_role("link", name="Invite a person").click()
        await page.get_by_role("button", name="Make the link").click()
        await expect(page.locator("#link")).to_contain_text("/console/welcome/")
        await page.get_by_role("link", name="Keys").first.click()
        await page.get_by_role("link", name="Create a key").first.click()
        await page.get_by_label("Name").fill("gate north")
        await page.get_by_role("button", name="Create the key").click()
        await expect(page.locator("#key")).to_contain_text("ak_")
        found += await grave_findings(page, "the key is created")

        await page.goto("/console/settings/payment-tests/new")
        await page.get_by_role("button", name="Test the payment keys").click()
        await expect(page.get_by_text("No keys were tested")).to_be_visible()
        found += await grave_findings(page, "the payment keys are tested")

        found += await look_at_all(page, "desktop")
        await page.emulate_media(color_scheme="dark")
        await page.set_viewport_size({"width": 360, "height": 740})
        found += await look_at_all(page, "phone")
        await page.goto("/console")
        await page.locator("summary").first.click()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to the console")
        found += await grave_findings(page, "sign in")

    assert found == []


async def look_at_all(page: Page, size: str) -> list[str]:
    """Return what axe finds on every screen, and what makes it scroll sideways."""
    found: list[str] = []
    width = await page.evaluate("() => innerWidth")
    for path in SCREENS:
        await page.goto(path)
        found += await grave_findings(page, f"{path} on a {size}")
        if await page.evaluate(IS_WIDE, width):
            found.append(f"{path} on a {size} is too wide: {await page.evaluate(STICKS_OUT, width)}")
        if SHOTS:
            await page.screenshot(path=f"{SHOTS}/{path.strip('/').replace('/', '-')}-{size}.png", full_page=True)
    return found
