"""A sold-out show: one person joins the waiting list, a buyer returns a ticket, and the first person buys it."""

import asyncio
import re

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.browser import SIZES, visit
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


async def test_a_returned_ticket_goes_to_the_person_who_waits(
    stack: Stack, organizer: Organizer, chromium: Browser
) -> None:
    async with httpx.AsyncClient(base_url=stack.address, timeout=120) as http:
        show, held = await sold_out(organizer, http)
    async with visit(chromium, stack.address, "phone") as ben, visit(chromium, stack.address, "desktop") as ada:
        await join(ben, show)
        await ben.goto("/my")
        await ben.get_by_role("link", name=show.name).click()
        await expect(ben.get_by_text("You are number 1 on the list")).to_be_visible()

        await ada.goto(f"/my/{held.booking_id}?t={held.token}")
        await ada.get_by_text("Choose what you return").click()
        await ada.get_by_role("checkbox", name=re.compile("goes back")).first.check()
        await ada.get_by_role("button", name="Return the chosen tickets").click()
        await expect(ada.get_by_text("1 ticket refunded")).to_be_visible()

        await expect(ben.get_by_text("This ticket is held for you until")).to_be_visible()  # by itself
        await ben.get_by_role("link", name="Pay ").click()
        await expect(ben.get_by_label("Email address", exact=True)).to_have_value("ben@example.org")
        await ben.get_by_role("button", name="Pay ").click()
        await expect(ben.get_by_text("This seat is yours")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
async def test_the_form_comes_to_a_page_that_was_open_when_the_last_ticket_was_sold(
    stack: Stack, organizer: Organizer, chromium: Browser, size: str
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=1, seats=2), name="Last Night")
    async with (
        httpx.AsyncClient(base_url=stack.address, timeout=120) as http,
        visit(chromium, stack.address, size) as page,
    ):
        await page.goto(f"/e/{show.id}")
        await expect(page.locator("#feed-words")).to_contain_text("Live")
        await expect(page.get_by_role("heading", name="Sold out")).to_have_count(0)
        ada = Buyer(http, "ada")
        held = await ada.hold(show, best_available={"quantity": 2})
        assert (await ada.confirm(held)).status_code == 200

        await expect(page.get_by_role("heading", name="Sold out")).to_be_visible()
        await page.get_by_label("Email address").fill("ben@example.org")
        await expect(page.get_by_text("it goes to the next person on the waiting list")).to_be_visible()
        await expect(page.locator("#availability-word")).to_have_text("Sold out")
        for gone in ("Continue", "Close"):
            await expect(page.get_by_role("button", name=gone)).to_be_hidden()
        await expect(page.get_by_role("link", name="Choose seats")).to_be_hidden()
        await expect(page.locator(".waitlist-form")).to_have_css("max-inline-size", "544px")  # its style came with it
        await page.get_by_role("button", name="Join the waiting list").click()
        await expect(page.get_by_text("You are number 1 on the list")).to_be_visible()


async def test_a_bar_without_words_takes_no_place(stack: Stack, organizer: Organizer, chromium: Browser) -> None:
    show = await organizer.show(standing=2, name="Nothing to Add")
    async with visit(chromium, stack.address, "phone") as page:
        await page.goto(f"/e/{show.id}")
        await expect(page.locator("#feed-words")).to_contain_text("Live")
        await expect(page.locator("#basket")).to_have_css("padding-top", "12px")
        await page.evaluate("() => { document.querySelector('#basket .basket-foot').hidden = true }")  # as if sold out
        await expect(page.locator("#basket")).to_have_css("padding-top", "0px")
        await expect(page.locator("#basket")).to_have_css("border-top-width", "0px")
        await page.evaluate("() => document.getElementById('refusal').append('Gone')")
        await expect(page.locator("#basket")).to_have_css("padding-top", "12px")


async def sold_out(organizer: Organizer, http: httpx.AsyncClient) -> tuple[Show, Held]:
    """A show of two places that ada has, whose payment is captured, and that takes tickets back."""
    show = await organizer.show(standing=2, ticket_limit=2, name="The Last Waltz")
    ada = Buyer(http, "ada")
    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 2}])
    assert (await ada.confirm(held)).status_code == 200
    terms = await organizer.http.put(f"/organizer/events/{show.id}/resale-terms", json={"returns": "at_once"})
    assert terms.status_code == 200, terms.text
    for _ in range(600):  # goodwill of a cent is refused until the payment is captured
        answer = await organizer.http.post(f"/organizer/bookings/{held.booking_id}/refunds", json={"amount": 1})
        if answer.status_code == 201:
            break
        assert answer.json()["code"] == "payment-not-captured", answer.text
        await asyncio.sleep(0.2)
    return show, held


async def join(page: Page, show: Show) -> None:
    await page.goto(f"/e/{show.id}")
    # Rendered with the page, or fetched by it when the live stream says that the show is sold out.
    await page.get_by_label("Email address").fill("ben@example.org")
    await expect(page.get_by_role("heading", name="Sold out")).to_be_visible()
    await page.get_by_label("Name").fill("Ben")
    await page.get_by_role("button", name="Join the waiting list").click()
    await expect(page.get_by_text("You are number 1 on the list")).to_be_visible()
