"""500 people wait, 20 places become free, everybody clicks at once: only the first 20 buy."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.history import Racer
from admitone.testing.organizer import Organizer, Show

pytestmark = pytest.mark.xdist_group("races")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
PEOPLE, PLACES = 500, 20
PAGE = 100
POLLS_MAX = 600


async def test_500_people_wait_and_20_places_become_free(
    organizer: Organizer, racer: NewRacer, http: httpx.AsyncClient, check: Check
) -> None:
    show = await organizer.show(standing=PLACES, ticket_limit=PLACES)
    wish = {"general_admission": [{"section_id": show.floor, "quantity": PLACES}]}
    ada = Buyer(http, "ada")
    bought = await ada.hold(show, **wish)
    assert (await ada.confirm(bought)).status_code == 200
    tokens = dict(await asyncio.gather(*(join(http, show, number) for number in range(PEOPLE))))
    order = await entries(organizer, show)

    await refunded(organizer, bought.booking_id)
    await until_offered(organizer, show)
    winners = {entry["email"]: entry["booking_id"] for entry in await entries(organizer, show, "offered")}
    seen = (await http.get(f"/events/{show.id}/seats")).json()["areas"][show.floor]["available"]

    async def click(number: int, email: str, token: str) -> tuple[str, str]:
        """Pay one's own offer; without one, try another's with one's own token, and every fourth the public sale."""
        own = await http.get(f"/events/{show.id}/waiting-list", headers={"Authorization": f"Bearer {token}"})
        offer = own.json().get("offer")
        if offer is None:
            forged = {"booking_id": winners[next(iter(winners))], "booking_token": token}
            assert (await pay(http, forged)).status_code == 404
            if number % 4:
                return email, "not-enough-tickets"
            taken = await racer(email.partition("@")[0]).checkout(
                show, general_admission=[{"section_id": show.floor, "quantity": 1}]
            )
            return email, taken.code or ""
        answer = await pay(http, {name: offer[name] for name in ("booking_id", "booking_token")})
        return email, answer.json()["status"]

    outcomes = dict(await asyncio.gather(*(click(at, *own) for at, own in enumerate(tokens.items()))))

    assert [entry["email"] for entry in order[:PLACES]] == sorted(winners, key=[e["email"] for e in order].index)
    assert seen == 0
    assert {email for email, outcome in outcomes.items() if outcome == "confirmed"} == set(winners)
    assert set(outcomes.values()) == {"confirmed", "not-enough-tickets"}
    await check(show)


async def join(http: httpx.AsyncClient, show: Show, number: int) -> tuple[str, str]:
    email = f"waiting{number}@example.org"
    body = {"buyer": {"email": email}, "quantity": 1}
    answer = await http.post(f"/events/{show.id}/waiting-list", json=body)
    assert answer.status_code == 201, answer.text
    return email, answer.json()["entry_token"]


async def pay(http: httpx.AsyncClient, key: dict[str, str]) -> httpx.Response:
    body = {**key, "payment": {"payment_method": "pm_card_visa"}}
    for _ in range(POLLS_MAX):
        answer = await http.post("/booking/confirm", json=body)
        if answer.status_code not in (202, 503):
            return answer
        await asyncio.sleep(0.3)
    raise AssertionError("never paid")


async def entries(organizer: Organizer, show: Show, status: str | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(PEOPLE // PAGE + 1):
        query: dict[str, str | int] = {"page": page, "size": PAGE, **({"status": status} if status else {})}
        answer = await organizer.http.get(f"/organizer/events/{show.id}/waiting-list", params=query)
        found += answer.json()["entries"]
    return found


async def refunded(organizer: Organizer, booking_id: str) -> None:
    for _ in range(POLLS_MAX):
        answer = await organizer.http.post(f"/organizer/bookings/{booking_id}/refunds", json={})
        if answer.status_code == 201:
            return
        assert answer.json()["code"] == "payment-not-captured", answer.text
        await asyncio.sleep(0.2)
    raise AssertionError("never captured")


async def until_offered(organizer: Organizer, show: Show) -> None:
    for _ in range(POLLS_MAX):
        answer = await organizer.http.get(f"/organizer/events/{show.id}/waiting-list", params={"size": 1})
        counts = {count["state"]: count["entries"] for count in answer.json()["counts"]}
        if counts.get("offered") == PLACES:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"not offered: {counts}")
