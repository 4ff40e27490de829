"""Two people on one show see each other's holds, and the one who loses a seat gets a message."""

import pytest
from playwright.async_api import Browser, expect

from admitone.testing.organizer import Organizer
from tests.browser import visit
from tests.journeys import steps
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FREE = "seats => seats.filter(seat => document.getElementById('room').occupancy.isFree(seat)).length"
CHOSEN = "() => document.getElementById('room').chosen.map(seat => seat.index)"


async def test_a_hold_is_seen_by_the_other(stack: Stack, chromium: Browser, organizer: Organizer) -> None:
    show = await organizer.show(name="Two Watch This", hall=await organizer.sample_hall())
    async with (
        visit(chromium, stack.address, "desktop") as ada,
        visit(chromium, stack.address, "phone") as bob,
    ):
        for page in (ada, bob):
            await page.goto(f"/e/{show.id}")
            await steps.choose_best_pair(page)
        wanted = await ada.evaluate(CHOSEN)
        assert await bob.evaluate(FREE, wanted) == 2

        async with ada.expect_response("**/booking/checkout") as answered:
            await ada.get_by_role("button", name="Continue").click()
        assert (await answered.value).status == 201

        await bob.wait_for_function(f"seats => ({FREE})(seats) === 0", arg=wanted)
        await expect(bob.locator("#refusal")).not_to_be_empty()
