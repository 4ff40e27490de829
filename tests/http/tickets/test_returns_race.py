"""A return, the acceptance of a transfer and a scan of one ticket at the same moment: exactly one wins, and the code at
the gate and the money agree with the winner. The whole stack runs."""

import asyncio

import httpx
import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.http.booking.test_refunds import refund

pytestmark = pytest.mark.xdist_group("stack")

TICKETS = 6


class Desk:
    """One booking of a show that takes tickets back at once."""

    def __init__(self, organizer: Organizer, ada: Buyer, show: Show, held: Held) -> None:
        self.organizer, self.http, self.show, self.held = organizer, ada.http, show, held
        self.bearer = {"Authorization": f"Bearer {held.token}"}

    @classmethod
    async def open(cls, organizer: Organizer, ada: Buyer) -> "Desk":
        show = await organizer.show(standing=TICKETS)
        terms = await organizer.http.put(f"/organizer/events/{show.id}/resale-terms", json={"returns": "at_once"})
        assert terms.status_code == 200, terms.text
        held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": TICKETS}])
        assert (await ada.confirm(held)).status_code == 200
        # Tickets are returned once the payment is captured: the refund of a cent waits for it.
        assert (await refund(organizer, held, amount=1)).status_code == 201
        return cls(organizer, ada, show, held)

    async def offered(self, ticket_id: str) -> str:
        body = {"holder_id": self.held.booking_id, "ticket_ids": [ticket_id], "friend": "Ben"}
        answer = await self.http.post("/tickets/transfers", headers=self.bearer, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["transfer_url"].partition("?c=")[2])

    async def accept(self, code: str) -> httpx.Response:
        body = {"code": code, "name": "Ben Okafor", "email": "ben@example.org"}
        return await self.http.post("/tickets/transfers/accept", json=body)

    async def send_return(self, ticket_id: str) -> httpx.Response:
        path = f"/booking/{self.held.booking_id}/returns"
        return await self.http.post(path, headers=self.bearer, json={"ticket_ids": [ticket_id]})

    async def scan(self, code: str) -> str:
        body = {"code": code, "gate": "North", "event_id": self.show.id}
        answer = await self.organizer.http.post("/check-in/scans", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["result"])

    async def codes(self) -> dict[str, str]:
        answer = await self.http.get(f"/booking/{self.held.booking_id}", headers=self.bearer)
        return {ticket["ticket_id"]: ticket["code"] for ticket in answer.json()["tickets"]}

    async def money_back(self) -> int:
        answer = await self.organizer.http.get(f"/organizer/bookings/{self.held.booking_id}/refunds")
        return sum(int(refund["amount"]["amount"]) for refund in answer.json()["refunds"]) - 1


async def test_of_a_return_and_an_acceptance_at_once_one_wins(organizer: Organizer, ada: Buyer) -> None:
    desk = await Desk.open(organizer, ada)
    old, paid_back = await desk.codes(), 0
    for number, ticket in enumerate(desk.held.answer["tickets"][:-1]):
        ticket_id = ticket["ticket_id"]
        code = await desk.offered(ticket_id)
        if number % 2:
            returned, accepted = await asyncio.gather(desk.send_return(ticket_id), desk.accept(code))
        else:
            accepted, returned = await asyncio.gather(desk.accept(code), desk.send_return(ticket_id))

        assert (accepted.status_code, returned.status_code) in {(200, 409), (410, 201)}, (accepted.text, returned.text)
        assert await desk.scan(old[ticket_id]) == "void"
        if returned.status_code == 201:
            paid_back += ticket["total"]["amount"]
        else:
            assert await desk.scan(accepted.json()["tickets"][0]["code"]) == "admitted"
        assert await desk.money_back() == paid_back


async def test_of_a_return_and_a_scan_at_once_one_wins(organizer: Organizer, ada: Buyer) -> None:
    desk = await Desk.open(organizer, ada)
    codes, paid_back = await desk.codes(), 0
    for number, ticket in enumerate(desk.held.answer["tickets"][:-1]):
        ticket_id = ticket["ticket_id"]
        if number % 2:
            returned, scanned = await asyncio.gather(desk.send_return(ticket_id), desk.scan(codes[ticket_id]))
        else:
            scanned, returned = await asyncio.gather(desk.scan(codes[ticket_id]), desk.send_return(ticket_id))

        assert (scanned, returned.status_code) in {("admitted", 409), ("void", 201)}, returned.text
        paid_back += ticket["total"]["amount"] if returned.status_code == 201 else 0
        assert await desk.money_back() == paid_back
