"""The figures of the show desk stay current by themselves, and say so while they are not."""

import re

import pytest
from playwright.async_api import Browser, expect

from admitone.testing.organizer import Organizer
from tests.browser import visit
from tests.journeys.test_console_sales import console_link
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ROUND_MS = 10_000
IDLE_MS = 3_600_000


async def test_figures_that_are_not_current_say_so(stack: Stack, chromium: Browser, organizer: Organizer) -> None:
    show = await organizer.show(name="Figures", standing=20)  # the desk of a show without a map has figures as well
    link = await console_link(stack, organizer)
    async with visit(chromium, stack.address, "desktop") as owner:
        await owner.goto(link)
        await expect(owner).to_have_url(re.compile("/console$"))
        await owner.clock.install()
        await owner.goto(f"/console/events/{show.id}/desk")
        words = owner.get_by_role("status").filter(has_text="The figures are of")

        await owner.context.set_offline(True)
        await owner.clock.run_for(ROUND_MS)
        await expect(words).to_contain_text("The server cannot be reached.")
        await owner.context.set_offline(False)
        await owner.clock.run_for(ROUND_MS)
        await expect(words).to_have_count(0)

        await owner.clock.fast_forward(IDLE_MS + ROUND_MS)
        await expect(words).to_contain_text("was not touched for an hour")
        await owner.keyboard.press("Shift")
        await owner.clock.run_for(ROUND_MS)
        await expect(words).to_have_count(0)

        await owner.context.clear_cookies()
        await owner.clock.run_for(ROUND_MS)
        await expect(words).to_contain_text("You are signed out.")
        await expect(words.get_by_role("link", name="Sign in")).to_be_visible()
