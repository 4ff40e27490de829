"""An owner sells from the console: refunds a seat, holds seats back while a fan watches, sells at the box office, and
finds the money to the cent. The screens have no grave finding of axe, light on a desktop and dark on a phone."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from admitone.kit.postgres import open_pool
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_demo_link
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show
from tests.browser import visit
from tests.journeys.test_accessibility import grave_findings
from tests.journeys.touch import Fingers
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FREE = "seats => seats.filter(seat => document.getElementById('room').occupancy?.isFree(seat)).length"
SEATS = [120, 121, 122]
WAIT_SECONDS_MAX = 60
# Where a seat is on the screen, once the map stands still.
POSITION = """index => {
  const map = document.getElementById("room");
  const canvas = map.canvas.getBoundingClientRect();
  const { x, y } = map.view.toScreen(map.plan.x[index], map.plan.y[index]);
  return [canvas.left + x, canvas.top + y];
}"""


async def test_an_owner_sells_from_the_console(stack: Stack, chromium: Browser, organizer: Organizer) -> None:
    show = await organizer.show(name="The Console Show", hall=await organizer.plain_hall(), allow_orphans=True)
    booking_id = await bought(stack, organizer, show)
    link = await console_link(stack, organizer)
    findings: list[str] = []
    async with (
        visit(chromium, stack.address, "desktop", reduced_motion="reduce", bypass_csp=True) as owner,
        visit(chromium, stack.address, "phone", reduced_motion="reduce") as fan,
    ):
        await owner.goto(link)
        await expect(owner).to_have_url(re.compile("/console$"))
        await refund_a_seat(owner, organizer, booking_id)
        findings += await grave_findings(owner, "a booking")

        await fan.goto(f"/e/{show.id}")
        await fan.wait_for_function(f"seats => ({FREE})(seats) === 3", arg=SEATS)
        await hold_back_three_seats(owner, show)
        findings += await grave_findings(owner, "the desk")
        artist = {"hold_back": [show.seats[-1]], "reason": "Artist"}
        await organizer.http.patch(f"/organizer/events/{show.id}/seats", json=artist)  # somebody else, meanwhile
        for follows in (owner.get_by_role("list", name="Held back, by reason"), owner.locator("#desk-held")):
            await expect(follows).to_contain_text("Artist", timeout=60_000)
        await fan.wait_for_function(f"seats => ({FREE})(seats) === 0", arg=SEATS)
        await owner.get_by_role("button", name="Undo the last change").click()
        await expect(owner.get_by_role("status").first).to_have_text("Undone: 3 seats are as before.")
        await fan.wait_for_function(f"seats => ({FREE})(seats) === 3", arg=SEATS)

        await sell_two_for_cash(owner)
        await see_that_the_money_adds_up(owner, organizer, show)
        findings += await grave_findings(owner, "the money")
        state: Any = await owner.context.storage_state()
    async with visit(
        chromium, stack.address, "phone", color_scheme="dark", storage_state=state, bypass_csp=True
    ) as phone:
        for path in (
            "",
            "/bookings",
            "/people",
            f"/events/{show.id}/desk",
            f"/events/{show.id}/box-office",
            "/promo-codes/new",
        ):
            await phone.goto(f"/console{path}")
            await expect(phone.get_by_role("heading", level=1)).to_be_visible()
            assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            findings += await grave_findings(phone, path)
        findings += await see_what_is_stored(phone)
        await choose_by_finger(phone, show)

    assert findings == []


async def choose_by_finger(phone: Page, show: Show) -> None:
    """A finger draws a rectangle around the last two rows, and the page does not scroll."""
    await phone.goto(f"/console/events/{show.id}/desk")
    await phone.wait_for_function(f"seats => ({FREE})(seats) === 2", arg=[180, 199])
    await phone.get_by_label("Rectangle").check()
    await phone.locator(".seat-map-canvas").evaluate("canvas => canvas.scrollIntoView({ block: 'center' })")
    (left, top), (right, bottom) = [await phone.evaluate(POSITION, seat) for seat in (180, 199)]
    fingers = await Fingers.on(phone)
    await fingers.drag((left - 4, top - 4), by=(right - left + 8, bottom - top + 8))
    await expect(phone.locator("[data-choice-words]")).to_contain_text("20 seats: Stalls 19-1, ")


async def see_what_is_stored(phone: Page) -> list[str]:
    """Find a buyer's data, and try to erase it without a confirmation."""
    await phone.goto("/console/people")
    await phone.get_by_label("Email address").fill("ada.console@example.org")
    await phone.get_by_role("button", name="Find").click()
    await phone.get_by_role("button", name="Erase name and address").click()
    await expect(phone.get_by_role("link", name="Confirm that the name")).to_be_visible()
    assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "what is stored"
    return await grave_findings(phone, "what is stored of a person")


async def bought(stack: Stack, organizer: Organizer, show: Show) -> str:
    """Buy two seats online, and wait until the worker has captured the money."""
    async with httpx.AsyncClient(base_url=stack.address, timeout=120) as http:
        ada = Buyer(http, "ada.console")
        held = await ada.hold(show, seats=list(show.seats[:2]))
        assert (await ada.confirm(held)).status_code == 200
    await until(organizer, held.booking_id, "captured")
    return held.booking_id


async def until(organizer: Organizer, booking_id: str, kind: str) -> None:
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while True:
            booking = (await organizer.http.get(f"/organizer/bookings/{booking_id}")).json()
            if kind in [entry["kind"] for entry in booking["timeline"]]:
                return
            await asyncio.sleep(0.1)


async def console_link(stack: Stack, organizer: Organizer) -> str:
    me = (await organizer.http.get("/organizer/me")).json()
    async with open_pool(stack.database_url) as pool:
        deps = Deps(pool, lambda: datetime.now(UTC))
        token = await create_demo_link(deps, organization_id=me["organization"]["id"])
    return f"/console/welcome/{token}"


async def refund_a_seat(owner: Page, organizer: Organizer, booking_id: str) -> None:
    await owner.get_by_role("link", name="Bookings").first.click()
    await owner.get_by_label("Search").fill("Ada.Console")
    await owner.keyboard.press("Enter")
    await owner.get_by_role("link", name="Ada.Console").click()
    await owner.get_by_label("Stalls row 1 seat 1").check()
    await owner.get_by_role("button", name="Show the refund").click()
    await expect(owner.get_by_role("heading", level=1)).to_have_text("Refund €49.50")
    await owner.get_by_role("button", name="Refund €49.50").click()
    await expect(owner.locator(".flash")).to_contain_text("The refund is ordered")
    await until(organizer, booking_id, "refunded")
    await owner.reload()
    await expect(owner.locator(".timeline")).to_contain_text("Refunded: €49.50")


async def hold_back_three_seats(owner: Page, show: Show) -> None:
    await owner.goto(f"/console/events/{show.id}/desk")
    await owner.wait_for_function(f"seats => ({FREE})(seats) === 3", arg=SEATS)
    await owner.evaluate("seats => document.getElementById('room').show(seats)", SEATS)
    await owner.wait_for_function("() => !document.getElementById('room').isMoving")
    for seat in SEATS:
        x, y = await owner.evaluate(POSITION, seat)
        await owner.mouse.click(x, y)
    await expect(owner.locator("[data-choice-words]")).to_have_text("3 seats: Stalls 13-1, Stalls 13-2, Stalls 13-3")
    await choose_by_rectangle_and_list(owner)
    await owner.get_by_label("Reason for holding back").fill("Press")
    await owner.get_by_label("Held for").fill("Radio")
    await owner.get_by_role("button", name="Hold back").click()
    await expect(owner.locator(".flash")).to_have_text("3 seats are held back.")
    await expect(owner.get_by_role("row", name="Press")).to_contain_text("Stalls 13-1")
    await expect(owner.get_by_role("list", name="Held back, by reason")).to_contain_text("Press")


async def choose_by_rectangle_and_list(owner: Page) -> None:
    """Take the three seats away by a rectangle, and choose them again; choose a row in the list, and take it away."""
    words = owner.locator("[data-choice-words]")
    corners = [await owner.evaluate(POSITION, seat) for seat in (SEATS[0], SEATS[-1])]
    await owner.get_by_label("Rectangle").check()
    for is_less, told in (
        (True, "Choose seats on the map."),
        (False, "3 seats: Stalls 13-1, Stalls 13-2, Stalls 13-3"),
    ):
        await owner.get_by_label("Take away").set_checked(is_less)
        await owner.mouse.move(corners[0][0] - 6, corners[0][1] - 6)
        await owner.mouse.down()
        await owner.mouse.move(corners[1][0] + 6, corners[1][1] + 6, steps=3)
        await owner.mouse.up()
        await expect(words).to_have_text(told)
    await owner.get_by_role("radio", name="Move").check()
    await owner.get_by_text("Choose rows in a list").click()
    row = owner.get_by_role("checkbox", name=re.compile(r"^Row 2 \d"))
    await row.check()
    await expect(words).to_contain_text("13 seats: ")
    await row.uncheck()
    await expect(words).to_contain_text("3 seats: ")


async def sell_two_for_cash(owner: Page) -> None:
    await owner.get_by_role("link", name="Sell at the box office").click()
    await owner.get_by_label("How many").fill("2")
    await owner.get_by_role("button", name="Find the best seats").click()
    await expect(owner.locator("[data-choice-words]")).to_contain_text("2 seats: Stalls 10-")
    await owner.get_by_label("Cash").check()
    await owner.get_by_role("button", name="Sell").click()
    await expect(owner.get_by_role("link", name="Ticket (PDF)")).to_have_count(2)


async def see_that_the_money_adds_up(owner: Page, organizer: Organizer, show: Show) -> None:
    """Two seats online, one of them refunded, two at the box office: 4 × 49.50, less 49.50."""
    await owner.get_by_role("link", name="Money").first.click()
    row = owner.get_by_role("row", name="The Console Show")
    cells = await row.get_by_role("cell").all_text_contents()
    assert [cell.strip() for cell in cells] == [
        *("€180.00", "€0.00", "€180.00", "€18.00", "€198.00", "€0.00", "€49.50", "€0.00", "€148.50"),
    ]
    await row.get_by_role("link", name="€198.00").click()
    await expect(owner.locator(".head")).to_contain_text("Captured")
    await expect(owner.locator(".head")).to_contain_text("€198.00")
    amounts = await owner.locator("tbody td.number").all_text_contents()
    assert sorted(amount.strip() for amount in amounts) == ["€99.00", "€99.00"]
    period = {"since": "2020-01-01", "until": "2029-12-31", "event_id": show.id}
    stated = (await organizer.http.get("/organizer/money", params=period)).json()["statements"][0]["total"]
    assert (stated["captured"], stated["received"]) == (19800, 14850)
