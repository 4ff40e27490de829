"""From purchase to mailbox: the mail has the tickets; a link in a mail opens all bookings of the address."""

import asyncio
import re
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.browser import visit
from tests.limits import MS_MAX
from tests.running import Stack, run_stack
from tests.servers import ServerUrls

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("mailbox")]

# The numbers below are those of the workers' own stacks, and of the stacks on OpenSearch.
_STACKS_BEFORE = 24


@pytest_asyncio.fixture(scope="module")
async def mailing(server_urls: ServerUrls, worker_number: int) -> AsyncIterator[Stack]:
    async with run_stack(server_urls, _STACKS_BEFORE + worker_number, has_mailbox=True) as stack:
        yield stack


async def buy(stack: Stack, show: Show) -> Held:
    async with httpx.AsyncClient(base_url=stack.address, timeout=120) as http:
        held = await (ada := Buyer(http)).hold(show, best_available={"quantity": 2})
        assert (await ada.confirm(held)).status_code == 200
        return held


async def open_mail(page: Page, subject: str) -> None:
    """Load the mailbox until the mail is there, and open it."""
    deadline = time.monotonic() + MS_MAX / 1000
    mail = page.get_by_role("link", name=subject)
    await page.goto("/demo/mail")
    while await mail.count() == 0:
        assert time.monotonic() < deadline, f"no mail {subject!r} arrived"
        await asyncio.sleep(0.2)
        await page.reload()
    await mail.click()


async def test_a_buyer_gets_the_tickets_by_mail_and_finds_them_again(mailing: Stack, chromium: Browser) -> None:
    async with Organizer.of(mailing) as organizer:
        show = await organizer.show(name="Mahler <Live>", hall=await organizer.plain_hall(), allow_orphans=True)
    held = await buy(mailing, show)
    async with visit(chromium, mailing.address, "phone") as page:
        await open_mail(page, "Your tickets: Mahler")
        mail = page.frame_locator("iframe.mail-frame")
        await expect(mail.get_by_role("heading", name="Mahler <Live>")).to_be_visible()
        await expect(mail.get_by_role("link", name="Show my tickets")).to_have_attribute(
            "href", re.compile(rf"/my/{held.booking_id}\?c=")
        )
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        files = [await link.get_attribute("href") for link in await page.locator(".chip").all()]
        pdf, calendar = [await page.request.get(str(href)) for href in files]
        assert (await pdf.body()).startswith(b"%PDF")
        assert "SUMMARY:Mahler <Live>" in await calendar.text()

        await page.goto("/my")
        await page.get_by_label("Email address").fill("ada@example.org")
        await page.get_by_role("button", name="Send me a link").click()
        await open_mail(page, "Your sign-in link")
        link = await page.frame_locator("iframe.mail-frame").get_by_role("link", name="Sign in").get_attribute("href")
        await page.goto(str(link))
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("link", name="Mahler <Live>").click()
        await expect(page.get_by_text("These seats are yours")).to_be_visible()

        await correct_address(page, "ada@right.example")
        await expect(page.get_by_text("You also get it by mail at ada@right.example")).to_be_visible()
        await expect(page.get_by_text("The address is changed.")).to_be_visible()
        await page.goto(f"/my/{held.booking_id}?t={held.token}")
        await expect(page.get_by_text("These seats are yours")).to_be_visible()
        await page.context.clear_cookies()
        await page.goto(f"/my/{held.booking_id}?t={held.token}")
        await expect(page.get_by_text("Its new link was sent to a•••@r•••.example")).to_be_visible()
    bearer = {"Authorization": f"Bearer {held.token}"}
    offer = {"holder_id": held.booking_id, "ticket_ids": ["tkt_1"], "friend": "Eve"}
    async with httpx.AsyncClient(base_url=mailing.address, timeout=120, headers=bearer) as http:
        refused = [await http.get(f"/booking/{held.booking_id}"), await http.post("/tickets/transfers", json=offer)]
    assert [answer.json()["code"] for answer in refused] == ["booking-link-replaced"] * 2


async def correct_address(page: Page, address: str) -> None:
    """From the page of a booking: ask, and confirm from the new mailbox."""
    await page.get_by_text("Use another email address").click()
    await page.get_by_label("New email address").fill(address)
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_text("We sent a link to the new address")).to_be_visible()
    await open_mail(page, "Confirm your address")
    button = page.frame_locator("iframe.mail-frame").get_by_role("link", name="Use this address")
    await page.goto(str(await button.get_attribute("href")))
    await page.get_by_role("button", name="Use this address").click()


async def test_buyers_hear_of_what_their_organizer_does(mailing: Stack) -> None:
    async with Organizer.of(mailing) as organizer:
        show = await organizer.show(name="Norma", hall=await organizer.plain_hall(), allow_orphans=True)
        await buy(mailing, show)
        words = {"subject": "Doors open early", "text": "Please come at six."}
        path = f"/organizer/events/{show.id}"
        preview = await organizer.post(f"{path}/messages", {**words, "preview": True})
        sent = await organizer.post(f"{path}/messages", words)
        listed = (await organizer.http.get(f"{path}/messages")).json()["messages"]
        await organizer.post(f"{path}/cancellation")
    async with httpx.AsyncClient(base_url=mailing.address, timeout=120) as http:
        deadline, page = time.monotonic() + MS_MAX / 1000, ""
        while "Doors open early" not in page or "Cancelled: Norma" not in page:
            assert time.monotonic() < deadline, page
            await asyncio.sleep(0.2)
            page = (await http.get("/demo/mail")).text

    assert (preview["recipients"], "id" in preview) == (1, False)
    assert [message["id"] for message in listed] == [sent["id"]]
