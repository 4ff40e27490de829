"""The sale of a ticket on offer, and what its holder does with it at the same moment: exactly one wins, and the code at
the gate and the money agree with the winner. The whole stack runs."""

import asyncio
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.http.tickets.test_returns_race import Desk
from tests.races.test_waiting_list import pay

pytestmark = pytest.mark.xdist_group("stack")

POLLS_MAX = 300


class ResaleDesk(Desk):
    """The show refunds returned tickets when they are sold again."""

    @classmethod
    async def open(cls, organizer: Organizer, ada: Buyer) -> "ResaleDesk":
        desk = await super().open(organizer, ada)
        terms = {"returns": "when_sold"}
        answer = await organizer.http.put(f"/organizer/events/{desk.show.id}/resale-terms", json=terms)
        assert answer.status_code == 200, answer.text
        return cls(organizer, ada, desk.show, desk.held)

    async def put_on_offer(self, ticket_id: str) -> None:
        """A ticket can be offered in the second after its sale."""
        for _ in range(POLLS_MAX):
            answer = await self.send_return(ticket_id)
            if answer.status_code == 201:
                assert answer.json()["offered"] == [ticket_id]
                return
            assert answer.json().get("reason") == "not-captured", answer.text
            await asyncio.sleep(0.1)
        raise AssertionError("never captured")

    async def offer_of(self, ticket_id: str, name: str) -> dict[str, str]:
        """Offer the ticket, and return the key of the booking that holds it for a person who waits."""
        await self.put_on_offer(ticket_id)
        path = f"/events/{self.show.id}/waiting-list"
        joined = await self.http.post(path, json={"buyer": {"email": f"{name}@example.org"}, "quantity": 1})
        assert joined.status_code == 201, joined.text
        token = {"Authorization": f"Bearer {joined.json()['entry_token']}"}
        for _ in range(POLLS_MAX):
            entry = (await self.http.get(path, headers=token)).json()
            if "offer" in entry:
                return {key: entry["offer"][key] for key in ("booking_id", "booking_token")}
            await asyncio.sleep(0.1)
        raise AssertionError("never offered")

    async def take_back(self, ticket_id: str) -> httpx.Response:
        path = f"/booking/{self.held.booking_id}/returns/withdrawals"
        return await self.http.post(path, headers=self.bearer, json={"ticket_ids": [ticket_id]})

    async def code_of(self, key: dict[str, str]) -> str:
        answer = await self.http.get(
            f"/booking/{key['booking_id']}", headers={"Authorization": f"Bearer {key['booking_token']}"}
        )
        return str(answer.json()["tickets"][0]["code"])


def price(ticket: dict[str, Any]) -> int:
    return int(ticket["total"]["amount"])


async def test_of_a_sale_and_a_scan_at_once_one_wins(organizer: Organizer, ada: Buyer) -> None:
    desk = await ResaleDesk.open(organizer, ada)
    codes, paid_back = await desk.codes(), 0
    for number, ticket in enumerate(desk.held.answer["tickets"][:-1]):
        ticket_id = ticket["ticket_id"]
        key = await desk.offer_of(ticket_id, f"next{number}")
        if number % 2:
            paid, scanned = await asyncio.gather(pay(desk.http, key), desk.scan(codes[ticket_id]))
        else:
            scanned, paid = await asyncio.gather(desk.scan(codes[ticket_id]), pay(desk.http, key))

        assert (scanned, paid.status_code) in {("admitted", 410), ("void", 200)}, paid.text
        if paid.status_code == 200:
            paid_back += price(ticket)
            assert await desk.scan(await desk.code_of(key)) == "admitted"
        assert await desk.money_back() == paid_back


async def test_of_a_sale_and_the_acceptance_of_a_transfer_at_once_one_wins(organizer: Organizer, ada: Buyer) -> None:
    desk = await ResaleDesk.open(organizer, ada)
    old, paid_back = await desk.codes(), 0
    for number, ticket in enumerate(desk.held.answer["tickets"][:-1]):
        ticket_id = ticket["ticket_id"]
        key = await desk.offer_of(ticket_id, f"next{number}")
        code = await desk.offered(ticket_id)
        if number % 2:
            paid, accepted = await asyncio.gather(pay(desk.http, key), desk.accept(code))
        else:
            accepted, paid = await asyncio.gather(desk.accept(code), pay(desk.http, key))

        assert (accepted.status_code, paid.status_code) in {(200, 410), (410, 200)}, (accepted.text, paid.text)
        assert await desk.scan(old[ticket_id]) == "void"
        if paid.status_code == 200:
            paid_back += price(ticket)
            assert await desk.scan(await desk.code_of(key)) == "admitted"
        else:
            assert await desk.scan(accepted.json()["tickets"][0]["code"]) == "admitted"
        assert await desk.money_back() == paid_back


async def test_a_ticket_on_offer_admits_and_is_taken_back_unless_its_holder_buys_it(
    organizer: Organizer, ada: Buyer
) -> None:
    desk = await ResaleDesk.open(organizer, ada)
    codes = await desk.codes()
    first, second, third = (ticket["ticket_id"] for ticket in desk.held.answer["tickets"][:3])
    await desk.put_on_offer(first)

    taken_back = await desk.take_back(first)
    again = await desk.take_back(first)
    key = await desk.offer_of(second, "next")
    held = await desk.take_back(second)
    await desk.put_on_offer(third)

    assert (taken_back.status_code, "on_offer" in taken_back.json()) == (200, False)
    assert taken_back.json()["pays"] == "when_sold"
    assert (again.status_code, again.json()["code"]) == (409, "tickets-not-on-offer")
    (kept,) = held.json()["on_offer"]
    assert (held.status_code, kept["ticket_id"], kept["is_held"], kept["is_withdrawing"]) == (200, second, True, True)
    assert await desk.scan(codes[third]) == "admitted"
    assert (await pay(desk.http, key)).status_code == 200
    assert await desk.scan(codes[second]) == "void"
