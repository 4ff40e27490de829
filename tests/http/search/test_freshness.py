"""From the organizer's change to what everybody finds, through the real worker, index, caches and gateway."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from typing import Any

import httpx
import pytest
import pytest_asyncio

from admitone.testing.organizer import Organizer, Show, in_days
from tests.limits import SECONDS_MAX
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")

Found = Callable[[str], Awaitable[list[dict[str, Any]]]]


@pytest_asyncio.fixture
async def found(stack: Stack) -> AsyncIterator[Found]:
    """What a search through the gateway finds; it is asked all the time, so that every cache knows the answer."""
    async with httpx.AsyncClient(base_url=stack.address, timeout=SECONDS_MAX) as http:

        async def find(q: str) -> list[dict[str, Any]]:
            answer = await http.get("/events/search", params={"q": q})
            assert answer.status_code == 200, answer.text
            return list(answer.json()["events"])

        await comes_back(stack, "")  # on a new installation the worker is building the first index
        yield find


async def becomes(found: Found, q: str, wanted: Callable[[list[dict[str, Any]]], bool]) -> None:
    deadline = monotonic() + SECONDS_MAX
    while not wanted(events := await found(q)):
        assert monotonic() < deadline, f"still {events}"
        await asyncio.sleep(0.02)


async def test_every_change_of_an_event_is_found(organizer: Organizer, found: Found) -> None:
    assert await found("Zimtsternkonzert") == []
    show = await organizer.show(standing=50, name="Zimtsternkonzert")
    await becomes(found, "Zimtsternkonzert", bool)

    await rename(organizer, show, "Vanillekipferlkonzert")
    await becomes(found, "Vanillekipferlkonzert", bool)

    await organizer.post(f"/organizer/events/{show.id}/postponement", {"starts_at": in_days(90)})
    await becomes(found, "Vanillekipferlkonzert", has_status("postponed", "rescheduled"))

    await organizer.cancel(show)
    await becomes(found, "Vanillekipferlkonzert", has_status("cancelled"))


async def test_who_has_no_event_yet_is_suggested_until_gone(stack: Stack, organizer: Organizer) -> None:
    async def suggested(q: str) -> list[dict[str, Any]]:
        answer = await organizer.http.get("/events/suggest", params={"q": q})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["suggestions"])

    band = await organizer.post("/organizer/performers", {"name": "Spekulatiusbande"})
    await becomes(suggested, "spekulatius", lambda all_: [suggestion["id"] for suggestion in all_] == [band["id"]])

    gone = await organizer.http.delete(f"/organizer/performers/{band['id']}")

    assert gone.status_code == 204, gone.text
    await becomes(suggested, "spekulatius", lambda all_: not all_)


async def test_sold_out_is_said(organizer: Organizer, found: Found) -> None:
    show = await organizer.show(standing=4, name="Punschkonzert")
    await becomes(found, "Punschkonzert", says("available"))
    buyer = {"email": "ada@example.com", "name": "Ada"}
    places = [{"section_id": show.floor, "quantity": 4}]

    await organizer.post("/booking/checkout", {"event_id": show.id, "general_admission": places, "buyer": buyer})

    await becomes(found, "Punschkonzert", says("sold_out"))


def says(word: str) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda events: bool(events) and events[0]["availability"] == word


async def rename(organizer: Organizer, show: Show, name: str) -> None:
    now = await organizer.http.get(f"/organizer/events/{show.id}")
    answer = await organizer.http.patch(
        f"/organizer/events/{show.id}", json={"name": name}, headers={"If-Match": now.headers["ETag"]}
    )
    assert answer.status_code == 200, answer.text


def has_status(*statuses: str) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda events: bool(events) and events[0]["status"] in statuses


async def test_an_index_that_is_lost_comes_back_by_itself(stack: Stack, organizer: Organizer, found: Found) -> None:
    await organizer.show(standing=50, name="Lebkuchenkonzert")
    await becomes(found, "Lebkuchenkonzert", bool)

    # Renamed, not removed file by file: the worker may be writing into it.
    (stack.folder / "search").rename(stack.folder / "search-lost")

    await comes_back(stack, "Lebkuchenkonzert")


async def test_an_index_that_is_damaged_comes_back_by_itself(stack: Stack, organizer: Organizer, found: Found) -> None:
    await organizer.show(standing=50, name="Marzipankonzert")
    await becomes(found, "Marzipankonzert", bool)

    for file in (stack.folder / "search").glob("index-*/*/meta.json"):
        file.write_bytes(b"not an index")

    await comes_back(stack, "Marzipankonzert")


async def comes_back(stack: Stack, q: str) -> None:
    """Every cache passed by: another question each time. It refuses with patience until the index is whole."""
    deadline = monotonic() + SECONDS_MAX
    async with httpx.AsyncClient(base_url=stack.address, timeout=SECONDS_MAX) as http:
        number = 0
        while True:
            number += 1
            answer = await http.get("/events/search", params={"q": q, "price_max": 10**9 + number, "currency": "EUR"})
            if answer.status_code == 200 and (answer.json()["events"] or not q):
                return
            assert answer.status_code in (200, 503), answer.text
            assert answer.status_code == 200 or answer.headers["Retry-After"]
            assert monotonic() < deadline, answer.text
            await asyncio.sleep(0.05)
