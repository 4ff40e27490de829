"""Returns and the waiting list over HTTP: from the ticket that one buyer returns to the one that the next pays."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import psycopg
import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show, in_days
from tests.problems import problem_of
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")

AT_ONCE = {"returns": "at_once"}


async def sold_out(organizer: Organizer, ada: Buyer, **terms: Any) -> tuple[Show, Held]:
    show = await organizer.show(standing=2, ticket_limit=2)
    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 2}])
    assert (await ada.confirm(held)).status_code == 200
    put = await organizer.http.put(f"/organizer/events/{show.id}/resale-terms", json=terms)
    assert put.status_code == 200, put.text
    return show, held


async def join(ada: Buyer, show: Show, name: str, quantity: int = 1, **wish: Any) -> httpx.Response:
    body = {"buyer": {"email": f"{name}@example.org", "name": name.title()}, "quantity": quantity, **wish}
    return await ada.http.post(f"/events/{show.id}/waiting-list", json=body)


async def look(ada: Buyer, entry: dict[str, Any], method: str = "GET") -> httpx.Response:
    headers = {"Authorization": f"Bearer {entry['entry_token']}"}
    return await ada.http.request(method, f"/events/{entry['event_id']}/waiting-list", headers=headers)


async def send_return(ada: Buyer, held: Held, *ticket_ids: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        headers = {"Authorization": f"Bearer {held.token}"}
        path = f"/booking/{held.booking_id}/returns"
        return await ada.http.post(path, json={"ticket_ids": list(ticket_ids)}, headers=headers)

    return await until(ask, lambda answer: refusal(answer) != "payment-not-captured")


def refusal(answer: httpx.Response) -> str | None:
    return None if answer.is_success else str(problem_of(answer)["code"])


async def until(
    ask: Callable[[], Awaitable[httpx.Response]], is_so: Callable[[httpx.Response], bool]
) -> httpx.Response:
    for _ in range(300):
        answer = await ask()
        if is_so(answer):
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError(f"never: {answer.status_code} {answer.text}")


async def test_a_returned_ticket_goes_to_the_first_who_waits(organizer: Organizer, ada: Buyer) -> None:
    show, held = await sold_out(organizer, ada, **AT_ONCE)
    first, second = (await join(ada, show, "ben")).json(), (await join(ada, show, "cleo")).json()
    assert (first["position"], second["position"]) == (1, 2)
    headers = {"Authorization": f"Bearer {held.token}"}
    offer = (await ada.http.get(f"/booking/{held.booking_id}/returns", headers=headers)).json()
    assert [ticket["refund"]["amount"] for ticket in offer["tickets"]] == [4950, 4950]

    returned = await send_return(ada, held, offer["tickets"][0]["ticket_id"])
    assert (returned.status_code, returned.json()["status"]) == (201, "partially_refunded"), returned.text
    assert returned.json()["refund"]["amount"] == {"amount": 4950, "currency": "EUR"}
    mine = (await until(lambda: look(ada, first), lambda answer: answer.json()["state"] == "offered")).json()
    taken = await ada.checkout(show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    assert refusal(taken) == "not-enough-tickets"
    key = {name: mine["offer"][name] for name in ("booking_id", "booking_token")}
    forged = {"booking_id": key["booking_id"], "booking_token": held.token}
    card = {"payment": {"payment_method": "pm_card_visa"}}
    assert refusal(await ada.http.post("/booking/confirm", json={**forged, **card})) == "booking-not-found"
    paid = await ada.http.post("/booking/confirm", json={**key, **card})

    assert (paid.status_code, paid.json()["status"]) == (200, "confirmed")
    assert (await look(ada, first)).json()["state"] == "bought"
    assert (await look(ada, second)).json()["position"] == 1
    seen = (await organizer.http.get(f"/organizer/events/{show.id}/waiting-list")).json()
    assert [(entry["email"], entry["quantity"]) for entry in seen["entries"]] == [
        ("ben@example.org", 1),
        ("cleo@example.org", 1),
    ]
    assert sum(count["entries"] for count in seen["counts"]) == 2


async def test_a_ticket_that_was_used_or_passed_on_is_not_returned(
    stack: Stack, organizer: Organizer, ada: Buyer
) -> None:
    show, held = await sold_out(organizer, ada, **AT_ONCE)
    ids = [ticket["ticket_id"] for ticket in held.answer["tickets"]]
    happened = """
        insert into tickets.tickets (ticket_id, event_id, index, booking_id, version, admitted_at, admitted_gate,
                                     admitted_by)
        values (%(used)s, %(event)s, 0, %(booking)s, 1, now(), 'North', 'key'),
               (%(passed)s, %(event)s, 1, %(booking)s, 2, null, null, null)
    """
    with psycopg.connect(stack.database_url, autocommit=True) as conn:
        conn.execute(happened, {"used": ids[0], "passed": ids[1], "event": show.id, "booking": held.booking_id})

    refused = [await send_return(ada, held, ticket_id) for ticket_id in ids]

    assert [refusal(answer) for answer in refused] == ["tickets-not-returnable"] * 2
    assert [answer.json()["ticket_ids"] for answer in refused] == [[ticket_id] for ticket_id in ids]


async def test_declining_and_leaving(organizer: Organizer, ada: Buyer) -> None:
    show, held = await sold_out(organizer, ada, **AT_ONCE)
    first, second = (await join(ada, show, "ben")).json(), (await join(ada, show, "cleo")).json()
    tickets = [ticket["ticket_id"] for ticket in held.answer["tickets"]]
    await send_return(ada, held, tickets[0])
    await until(lambda: look(ada, first), lambda answer: answer.json()["state"] == "offered")

    declined = await look(ada, first, "DELETE")
    await until(lambda: look(ada, second), lambda answer: answer.json()["state"] == "offered")

    assert (declined.json()["state"], "offer" in declined.json()) == ("declined", False)
    assert (await look(ada, first, "DELETE")).json()["state"] == "declined"
    again = await join(ada, show, "ben", 2)
    assert again.json()["position"] == 1
    assert (await look(ada, again.json(), "DELETE")).json()["state"] == "left"


async def test_what_cannot_be_joined_or_returned_is_refused_by_name(organizer: Organizer, ada: Buyer) -> None:
    show, held = await sold_out(organizer, ada)
    ticket = held.answer["tickets"][0]["ticket_id"]
    assert (await join(ada, show, "ben", 1)).status_code == 201
    assert refusal(await send_return(ada, held, ticket)) == "return-not-possible"
    assert refusal(await join(ada, show, "BEN")) == "already-waiting"
    assert refusal(await join(ada, show, "ada")) == "ticket-limit-exceeded"
    assert refusal(await join(ada, show, "cleo", 3)) == "ticket-limit-exceeded"
    assert refusal(await join(ada, show, "cleo", price_level_id="lvl_none")) == "unknown-price-level"
    assert refusal(await look(ada, {"event_id": show.id, "entry_token": "wle_1.forged"})) == "waiting-entry-not-found"
    assert refusal(await ada.http.get(f"/events/{show.id}/waiting-list")) == "waiting-entry-not-found"
    assert refusal(await ada.http.get(f"/organizer/events/{show.id}/waiting-list")) == "not-authenticated"
    free = await organizer.show(standing=2)
    assert refusal(await join(ada, free, "ben")) == "tickets-available"
    path = f"/organizer/events/{show.id}/resale-terms"
    wrong = await organizer.http.put(path, json={"returns": "sometimes", "offer_seconds": 5})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid-body")
    closed = {"waiting_list": "off", "returns": "at_once", "returns_until": in_days(-1)}
    assert (await organizer.http.put(path, json=closed)).json()["waiting_list"] == "off"
    assert (await organizer.http.get(path)).json()["returns"] == "at_once"
    assert refusal(await join(ada, show, "cleo")) == "waiting-list-closed"
    late = await send_return(ada, held, ticket)
    assert (refusal(late), late.json()["reason"]) == ("return-not-possible", "too-late")
