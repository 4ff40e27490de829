"""30 buyers offer tickets, 60 people wait: at one moment people pay, and buyers take tickets back and use them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.races.test_waiting_list import join, pay

pytestmark = pytest.mark.xdist_group("races")

Check = Callable[..., Awaitable[None]]
GIVERS, PEOPLE = 30, 60
POLLS_MAX = 600


async def test_a_ticket_on_offer_admits_one_person_whatever_comes_at_once(
    organizer: Organizer, http: httpx.AsyncClient, check: Check
) -> None:
    show = await organizer.show(standing=GIVERS)
    terms = {"returns": "when_sold"}
    assert (await organizer.http.put(f"/organizer/events/{show.id}/resale-terms", json=terms)).status_code == 200
    givers = [await buy(http, show, f"giver{number}") for number in range(GIVERS)]
    await asyncio.gather(*(offer(http, held) for held in givers))
    tokens = dict(await asyncio.gather(*(join(http, show, number) for number in range(PEOPLE))))
    codes = [await code_of(http, held) for held in givers]

    bought, withdrawals, scans = await asyncio.gather(
        asyncio.gather(*(buy_offer(http, show, token) for token in tokens.values())),
        asyncio.gather(*(take_back_and_offer(http, held) for held in givers[::3])),
        asyncio.gather(*(scan(organizer, show, code) for code in codes[1::3])),
    )

    outcomes = [await outcome(organizer, http, show, held, code) for held, code in zip(givers, codes, strict=True)]
    assert outcomes.count("sold") == len([status for status in bought if status == "confirmed"])
    assert set(outcomes) == {"sold", "kept"}
    assert "admitted" in scans
    assert 200 in [status for statuses in withdrawals for status in statuses]
    await check(show)


async def buy(http: httpx.AsyncClient, show: Show, name: str) -> Held:
    buyer = Buyer(http, name)
    held = await buyer.hold(show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    assert (await buyer.confirm(held)).status_code == 200
    return held


async def offer(http: httpx.AsyncClient, held: Held) -> None:
    """Offer the ticket as soon as its payment is captured."""
    for _ in range(POLLS_MAX):
        answer = await send(http, held, "returns")
        if answer.status_code == 201:
            return
        assert answer.json()["reason"] == "not-captured", answer.text
        await asyncio.sleep(0.2)
    raise AssertionError("never captured")


async def send(http: httpx.AsyncClient, held: Held, path: str) -> httpx.Response:
    body = {"ticket_ids": [ticket["ticket_id"] for ticket in held.answer["tickets"]]}
    headers = {"Authorization": f"Bearer {held.token}"}
    return await http.post(f"/booking/{held.booking_id}/{path}", json=body, headers=headers)


async def take_back_and_offer(http: httpx.AsyncClient, held: Held) -> list[int]:
    """Return how the withdrawals were answered."""
    statuses = []
    for _ in range(3):
        taken_back = await send(http, held, "returns/withdrawals")
        offered = await send(http, held, "returns")
        assert taken_back.status_code in (200, 409), taken_back.text
        assert offered.status_code in (201, 409, 422), offered.text
        statuses.append(taken_back.status_code)
    return statuses


async def buy_offer(http: httpx.AsyncClient, show: Show, token: str) -> str:
    """Pay as soon as there is an offer; give up when nothing is offered for a while."""
    own = {"Authorization": f"Bearer {token}"}
    for _ in range(40):
        entry = (await http.get(f"/events/{show.id}/waiting-list", headers=own)).json()
        if "offer" in entry:
            answer = await pay(http, {name: entry["offer"][name] for name in ("booking_id", "booking_token")})
            return str(answer.json().get("status") if answer.status_code == 200 else answer.json()["code"])
        await asyncio.sleep(0.2)
    await http.request("DELETE", f"/events/{show.id}/waiting-list", headers=own)
    return "left"


async def scan(organizer: Organizer, show: Show, code: str) -> str:
    body = {"code": code, "gate": "North", "event_id": show.id}
    return str((await organizer.http.post("/check-in/scans", json=body)).json()["result"])


async def read(http: httpx.AsyncClient, held: Held) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {held.token}"}
    return dict((await http.get(f"/booking/{held.booking_id}", headers=headers)).json())


async def code_of(http: httpx.AsyncClient, held: Held) -> str:
    return str((await read(http, held))["tickets"][0]["code"])


async def outcome(organizer: Organizer, http: httpx.AsyncClient, show: Show, held: Held, code: str) -> str:
    """Return "sold" where the money went back and the code is void, "kept" where neither is so."""
    status, result = (await read(http, held))["status"], await scan(organizer, show, code)
    if status == "refunded":
        return "sold" if result == "void" else f"refunded and {result}"
    return "kept" if result in ("admitted", "already-admitted") else f"{status} and {result}"
