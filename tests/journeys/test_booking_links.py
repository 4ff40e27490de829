"""A booking's link on the real product: no token in addresses, pages and logs; tickets open offline."""

import asyncio
import re
import time
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page, expect
from playwright.async_api import Error as PlaywrightError

from admitone.testing.buyer import GOOD_CARD, Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.browser import visit
from tests.journeys import steps
from tests.races.faults.waiting import until
from tests.running import Stack

IS_CACHED = "async path => (await (await caches.open('tickets-1')).match(path)) !== undefined"
TIMEOUT_MS = 60_000


async def open_offline(page: Page, address: str) -> None:
    """Open a page that the worker keeps; a browser that has just lost its network may fail to start the worker."""
    deadline = time.monotonic() + TIMEOUT_MS / 1000
    while True:
        try:
            await page.goto(address)
            return
        except PlaywrightError:
            assert time.monotonic() < deadline, f"{address} does not open without a network"
            await asyncio.sleep(0.2)


async def buy(stack: Stack, show: Show) -> Held:
    async with httpx.AsyncClient(base_url=stack.address) as http:
        held = await (ada := Buyer(http)).hold(show, best_available={"quantity": 1})
        assert (await ada.confirm(held)).status_code == 200
        return held


async def link_on_page(page: Page) -> str:
    return await page.get_by_label("Link of your booking").input_value()


async def test_a_ticket_goes_to_a_friend_whose_link_is_in_no_log(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(name="Given Away", hall=await organizer.plain_hall(), allow_orphans=True)
    held = await buy(stack, show)
    (ticket,) = held.answer["tickets"]
    mine = f"/my/{held.booking_id}"

    async with httpx.AsyncClient(base_url=stack.address, headers={"Accept": "text/html"}) as ada:
        page = (await ada.get(f"{mine}?t={held.token}", follow_redirects=True)).text
        document = await ada.get(unescape(re.findall(r'href="(/tickets/tkt[^"]+[.]pdf[^"]+)"', page)[0]))
        made = (await ada.post(f"{mine}/transfer", data={"ticket": ticket["ticket_id"], "friend": "Ben"})).text
    code = made.partition("/transfer?c=")[2].partition('"')[0]
    async with httpx.AsyncClient(base_url=stack.address, headers={"Accept": "text/html"}) as ben:
        offer = await ben.get(f"/transfer?c={code}")
        form = {"name": "Ben", "email": "ben@example.org", "form_key": "k" * 22}
        accepted = [await ben.post(f"/transfer?c={code}", data=form) for _ in range(2)]
        his = await ben.get(accepted[0].headers["location"])
        barcode = await ben.get(unescape(re.findall(r'data-src="([^"]+)"', his.text)[0]))
        old = await ben.get(unescape(re.findall(r'data-src="([^"]+)"', page)[0]))

    assert document.headers["content-type"] == "application/pdf"
    assert [answer.status_code for answer in (offer, *accepted, his, barcode, old)] == [200, 303, 303, 200, 200, 410]
    assert accepted[0].headers["location"] == accepted[1].headers["location"]
    access_log = next(stack.folder.rglob("access.log"))
    await until(lambda: '"path":"/transfer","status":303' in access_log.read_text("utf-8", "replace"))
    logs = [path.read_text("utf-8", "replace") for path in stack.folder.rglob("*.log")]
    assert not any(code in log for log in logs)


async def test_a_token_is_exchanged_and_in_no_log(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(name="Out Of Logs", hall=await organizer.plain_hall(), allow_orphans=True)
    held = await buy(stack, show)
    mine = f"/my/{held.booking_id}"

    async with httpx.AsyncClient(base_url=stack.address) as browser:
        opened = await browser.get(f"{mine}?t={held.token}")
        page = await browser.get(opened.headers["location"])
        refused = await browser.get(f"{mine}?t={held.token}x")
    code = page.text.partition(f"{mine}?c=")[2].partition('"')[0]
    async with httpx.AsyncClient(base_url=stack.address) as other:
        unknown = await other.get(mine)
        by_code = await other.get(f"{mine}?c={code}", follow_redirects=True)
        at_the_api = await other.get(f"/booking/{held.booking_id}", headers={"Authorization": f"Bearer {code}"})

    assert (opened.status_code, opened.headers["location"], page.status_code) == (303, mine, 200)
    assert held.token not in page.text
    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert (by_code.status_code, by_code.url.path, by_code.url.query) == (200, mine, b"")
    assert at_the_api.status_code == 404
    # The gateway writes its log once a second.
    access_log = next(stack.folder.rglob("access.log"))
    await until(lambda: f'"path":"{mine}","status":303' in access_log.read_text("utf-8", "replace"))
    logs = [path.read_text("utf-8", "replace") for path in stack.folder.rglob("*.log")]
    assert logs
    assert not any(secret in log for secret in (held.token, code) for log in logs)


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
async def test_no_address_of_a_purchase_contains_a_token(stack: Stack, chromium: Browser, organizer: Organizer) -> None:
    show = await organizer.show(name="Out Of History", hall=await organizer.plain_hall(), allow_orphans=True)
    async with visit(chromium, stack.address, "desktop") as page:
        await page.goto(f"/e/{show.id}")
        await steps.choose_best_pair(page)
        await steps.go_on(page)
        assert urlsplit(page.url).query == ""
        await steps.say_who(page)
        await steps.pay_with(page, GOOD_CARD)
        await steps.see_tickets(page, 2)
        assert urlsplit(page.url).query == ""
        link = await link_on_page(page)

    async with visit(chromium, stack.address, "phone") as page:
        await page.goto(link)
        await steps.see_tickets(page, 2)
        assert page.url == link.partition("?")[0]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
async def test_tickets_open_without_a_network(stack: Stack, chromium: Browser, organizer: Organizer) -> None:
    show = await organizer.show(name="Out Of Reach", hall=await organizer.plain_hall(), allow_orphans=True)
    held = await buy(stack, show)
    async with visit(chromium, stack.address, "phone") as page:
        await page.goto(f"/my/{held.booking_id}?t={held.token}")
        link = await link_on_page(page)
        await page.wait_for_function(IS_CACHED, arg=page.url, timeout=TIMEOUT_MS)

        await page.context.set_offline(True)
        for address in (page.url, link):
            await open_offline(page, address)
            await expect(page.locator(".ticket")).to_have_count(1)
