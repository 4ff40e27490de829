"""From the home page to a ticket with its code, as fans do: on a phone or desktop, by keyboard, without scripts."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, expect

from admitone.testing.buyer import DECLINED_CARD, GOOD_CARD
from admitone.testing.organizer import Organizer
from tests.browser import SIZES, visit
from tests.journeys import steps
from tests.journeys.programme import Programme
from tests.running import Stack

Choose = Callable[[Page], Awaitable[None]]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("choose", [steps.choose_in_list_by_keyboard, steps.choose_best_pair])
async def test_two_seats(stack: Stack, chromium: Browser, programme: Programme, size: str, choose: Choose) -> None:
    async with visit(chromium, stack.address, size) as page:
        await steps.find(page, "bjork paran", programme.seated)
        await choose(page)
        await steps.go_on(page)

        email = await steps.say_who(page)
        await steps.pay_with(page, DECLINED_CARD)
        await expect(page.get_by_role("alert")).to_contain_text("insufficient funds")
        await expect(page.get_by_label("Email address")).to_have_value(email)
        await steps.pay_with(page, GOOD_CARD)

        await steps.see_tickets(page, 2)
        await expect(page.get_by_role("heading", level=1)).to_have_text(programme.seated.name)
        pdf = await page.request.get(
            str(await page.get_by_role("link", name="Download PDF").first.get_attribute("href"))
        )
        assert (await pdf.body()).startswith(b"%PDF-")
        await page.reload()
        await steps.see_tickets(page, 2)


@pytest.mark.parametrize("size", SIZES)
async def test_places_without_numbers(stack: Stack, chromium: Browser, programme: Programme, size: str) -> None:
    async with visit(chromium, stack.address, size) as page:
        await page.goto(f"/e/{programme.standing.id}")
        await page.get_by_role("spinbutton", name="Floor: how many tickets").fill("3")
        await expect(page.locator("#basket-count")).to_contain_text("3 tickets")
        await steps.go_on(page)
        await steps.say_who(page)
        await steps.pay_with(page, GOOD_CARD)

        await steps.see_tickets(page, 3)


@pytest.mark.parametrize("size", SIZES)
async def test_without_scripts(stack: Stack, chromium: Browser, programme: Programme, size: str) -> None:
    async with visit(chromium, stack.address, size, java_script_enabled=False) as page:
        await page.goto("/")
        await page.get_by_role("searchbox").first.fill("paraninfo")
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name=programme.seated.name).first.click()
        await page.locator("select[name=best_quantity]").select_option("2")
        await steps.go_on(page)
        await steps.pay_with(page, GOOD_CARD)
        await expect(page.locator(".error-summary")).to_contain_text("email")
        await steps.say_who(page)
        await steps.pay_with(page, GOOD_CARD)

        await expect(page).to_have_url(re.compile("/my/"))
        await expect(page.locator(".ticket-code img").filter(visible=True)).to_have_count(2)


async def test_a_form_sent_twice_without_scripts_holds_once(
    stack: Stack, chromium: Browser, organizer: Organizer
) -> None:
    """A new browser: the answer to its first form sets the client token, and the browser sends the form again."""
    show = await organizer.show(name="Pressed Twice", standing=20)
    async with visit(chromium, stack.address, "desktop", java_script_enabled=False) as page:
        await page.goto(f"/e/{show.id}")
        await page.locator(f"[name='area-{show.floor}']").fill("2")
        await page.get_by_role("button", name="Continue").dblclick()
        await expect(page).to_have_url(re.compile("/checkout/bkg_"))
        checkout = page.url
        await page.go_back()
        await page.locator(f"[name='area-{show.floor}']").fill("2")
        await page.get_by_role("button", name="Continue").click()

        await expect(page).to_have_url(checkout)
    areas = (await organizer.http.get(f"/events/{show.id}/seats")).json()["areas"]
    assert areas[show.floor]["available"] == 18


async def test_releasing_seats(stack: Stack, chromium: Browser, programme: Programme) -> None:
    async with visit(chromium, stack.address, "desktop") as page:
        await page.goto(f"/e/{programme.mixed.id}")
        await steps.choose_best_pair(page)
        await steps.go_on(page)
        await page.get_by_role("button", name="Release these seats").click()

        await expect(page.get_by_role("heading", level=1)).to_have_text("You released these seats")
        await expect(page.get_by_role("button", name="Hold the same seats again")).to_be_visible()


@pytest.mark.parametrize(("name", "words"), [("soon", "On sale"), ("cancelled", "cancelled"), ("sold_out", "Sold out")])
async def test_a_show_that_cannot_be_bought_says_why(
    stack: Stack, chromium: Browser, programme: Programme, name: str, words: str
) -> None:
    async with visit(chromium, stack.address, "phone") as page:
        await page.goto(f"/e/{getattr(programme, name).id}")

        await expect(page.get_by_role("main")).to_contain_text(re.compile(words, re.IGNORECASE))
        assert not await page.get_by_role("button", name="Continue").is_enabled() if name == "soon" else True
