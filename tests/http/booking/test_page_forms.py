"""The form that holds tickets makes one booking when it is sent twice, retried, from a cache, or by a new browser."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from admitone.testing.organizer import Organizer, Show
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")

STANDING = 20
HTML = {"Accept": "text/html"}


@asynccontextmanager
async def browsers(stack: Stack, number: int = 1) -> AsyncIterator[Sequence[httpx.AsyncClient]]:
    """Yield browsers without JavaScript; a test follows their redirects itself."""
    async with AsyncExitStack() as opened:
        clients = [httpx.AsyncClient(base_url=stack.address, timeout=60, headers=HTML) for _ in range(number)]
        yield [await opened.enter_async_context(client) for client in clients]


async def read_form(browser: httpx.AsyncClient, show: Show, quantity: int = 2) -> dict[str, str]:
    """Return the fields of the form on the event's page, as they are when the page is shown."""
    page = (await browser.get(f"/e/{show.id}")).text
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert key is not None, page
    return {"form_key": key[1], f"area-{show.floor}": str(quantity)}


async def press(browser: httpx.AsyncClient, show: Show, form: dict[str, str]) -> str:
    """Send the form as a browser does, and return the path of the checkout that it leads to."""
    answer = await browser.post(f"/e/{show.id}/hold", data=form)
    if answer.status_code == 307:
        answer = await browser.post(answer.headers["location"], data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def count_held(organizer: Organizer, show: Show) -> int:
    seats = await organizer.http.get(f"/events/{show.id}/seats")  # not from the gateway's cache: it has a credential
    return STANDING - int(seats.json()["areas"][show.floor]["available"])


async def test_two_concurrent_submissions_make_one_booking(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(standing=STANDING)
    async with browsers(stack) as [browser]:
        form = await read_form(browser, show)
        await browser.post(f"/e/{show.id}/client")
        first, second = await asyncio.gather(press(browser, show, form), press(browser, show, form))
        later = await press(browser, show, form)

    assert first == second == later
    assert await count_held(organizer, show) == 2


async def test_two_submissions_for_named_seats_lead_to_one_checkout(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 10), standing=STANDING)
    async with browsers(stack) as [browser]:
        form = {**await read_form(browser, show), f"area-{show.floor}": "", "seat": show.seats[0]}
        await browser.post(f"/e/{show.id}/client")
        paths = await asyncio.gather(*(press(browser, show, form) for _ in range(4)))

    assert len(set(paths)) == 1


async def test_a_new_browser_gets_its_client_token_before_its_form_holds(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(standing=STANDING)
    async with browsers(stack) as [browser]:
        form = await read_form(browser, show)
        introduced = await browser.post(f"/e/{show.id}/hold", data=form)
        held_before = await count_held(organizer, show)
        paths = {await press(browser, show, form) for _ in range(2)}

    assert introduced.status_code == 307
    assert introduced.headers["location"] == f"/e/{show.id}/hold?introduced=yes"
    assert introduced.headers["set-cookie"].startswith("admitone-client=")
    assert held_before == 0
    assert len(paths) == 1


async def test_a_browser_that_blocks_cookies_gets_an_explanation_and_holds_nothing(
    stack: Stack, organizer: Organizer
) -> None:
    show = await organizer.show(standing=STANDING)
    async with browsers(stack) as [browser]:
        form = await read_form(browser, show)
        introduced = await browser.post(f"/e/{show.id}/hold", data=form)
        browser.cookies.clear()
        refused = await browser.post(introduced.headers["location"], data=form)

    assert refused.status_code == 403
    assert "Allow cookies for this site" in refused.text
    assert await count_held(organizer, show) == 0


async def test_browsers_with_the_same_cached_page_get_a_booking_each(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(standing=STANDING)
    async with browsers(stack, 2) as [first, other]:
        form = await read_form(first, show)
        paths = {await press(first, show, form), await press(other, show, form)}

    assert len(paths) == 2
    assert await count_held(organizer, show) == 4


async def test_another_choice_on_the_same_page_is_another_booking(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(standing=STANDING)
    async with browsers(stack) as [browser]:
        form = await read_form(browser, show)
        paths = {await press(browser, show, form | {f"area-{show.floor}": quantity}) for quantity in ("1", "2")}

    assert len(paths) == 2
    assert await count_held(organizer, show) == 3


async def test_released_tickets_can_be_held_again_from_the_same_page(stack: Stack, organizer: Organizer) -> None:
    show = await organizer.show(standing=STANDING)
    async with browsers(stack) as [browser]:
        form = await read_form(browser, show)
        first = await press(browser, show, form)
        released = await browser.post(f"{first}/release")
        second, third = await asyncio.gather(press(browser, show, form), press(browser, show, form))
        over = await browser.get(first)
        again_key = re.search(r'name="form_key" value="([^"]+)"', over.text)
        assert again_key is not None
        presses = [browser.post(f"{first}/again", data={"form_key": again_key[1]}) for _ in range(2)]
        again = {answer.headers["location"] for answer in await asyncio.gather(*presses)}

    assert released.headers["location"] == first
    assert first != second == third
    assert len(again) == 1
    assert await count_held(organizer, show) == 4


@pytest.mark.parametrize("key", ["short", "with spaces in between", "x" * 65, "naïve-naïve-naïve"])
async def test_a_key_that_no_page_has_issued_is_refused(stack: Stack, organizer: Organizer, key: str) -> None:
    show = await organizer.show(standing=STANDING)
    async with browsers(stack) as [browser]:
        answer = await browser.post(f"/e/{show.id}/hold", data={"form_key": key, f"area-{show.floor}": "1"})

    assert answer.status_code == 422
