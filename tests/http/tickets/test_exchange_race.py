"""An exchange of seats, a scan and the acceptance of a transfer of one ticket at the same moment: exactly one wins, and
the gate agrees with the winner. The whole stack runs."""

import asyncio

import httpx
import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show

pytestmark = pytest.mark.xdist_group("stack")

TICKETS = 4


class Desk:
    """One booking of seats, which the organizer moves to the next row."""

    def __init__(self, organizer: Organizer, ada: Buyer, show: Show, held: Held) -> None:
        self.organizer, self.http, self.show, self.held = organizer, ada.http, show, held
        self.bearer = {"Authorization": f"Bearer {held.token}"}

    @classmethod
    async def open(cls, organizer: Organizer, ada: Buyer) -> "Desk":
        show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
        held = await ada.hold(show, seats=list(show.seats[:TICKETS]))
        assert (await ada.confirm(held)).status_code == 200
        return cls(organizer, ada, show, held)

    async def exchange(self, ticket_id: str, seat: str) -> httpx.Response:
        path = f"/organizer/bookings/{self.held.booking_id}/seat-exchanges"
        return await self.organizer.http.post(path, json={"ticket_id": ticket_id, "seat": seat})

    async def scan(self, code: str) -> str:
        body = {"code": code, "gate": "North", "event_id": self.show.id}
        answer = await self.organizer.http.post("/check-in/scans", json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["result"])

    async def codes(self) -> dict[str, str]:
        answer = await self.http.get(f"/booking/{self.held.booking_id}", headers=self.bearer)
        return {ticket["ticket_id"]: ticket["code"] for ticket in answer.json()["tickets"]}

    async def offered(self, ticket_id: str) -> str:
        body = {"holder_id": self.held.booking_id, "ticket_ids": [ticket_id], "friend": "Ben"}
        answer = await self.http.post("/tickets/transfers", headers=self.bearer, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["transfer_url"].partition("?c=")[2])

    async def accept(self, code: str) -> httpx.Response:
        body = {"code": code, "name": "Ben Okafor", "email": "ben@example.org"}
        return await self.http.post("/tickets/transfers/accept", json=body)


async def test_of_an_exchange_and_a_scan_at_once_one_wins(organizer: Organizer, ada: Buyer) -> None:
    desk = await Desk.open(organizer, ada)
    old = await desk.codes()
    for number, ticket in enumerate(desk.held.answer["tickets"]):
        ticket_id, seat = ticket["ticket_id"], desk.show.seats[10 + number]
        both = [desk.exchange(ticket_id, seat), desk.scan(old[ticket_id])]
        if number % 2:
            scanned, moved = await asyncio.gather(both[1], both[0])
        else:
            moved, scanned = await asyncio.gather(*both)

        assert isinstance(moved, httpx.Response)
        assert (moved.status_code, scanned) in {(201, "void"), (409, "admitted")}, moved.text
        if moved.status_code == 201:
            [new] = [code for ticket_id, code in (await desk.codes()).items() if ticket_id not in old]
            assert await desk.scan(old[ticket_id]) == "void"
            assert await desk.scan(new) == "admitted"
            old |= await desk.codes()


async def test_of_an_exchange_and_an_acceptance_at_once_one_wins(organizer: Organizer, ada: Buyer) -> None:
    desk = await Desk.open(organizer, ada)
    for number, ticket in enumerate(desk.held.answer["tickets"]):
        ticket_id, seat = ticket["ticket_id"], desk.show.seats[10 + number]
        code = await desk.offered(ticket_id)
        if number % 2:
            moved, accepted = await asyncio.gather(desk.exchange(ticket_id, seat), desk.accept(code))
        else:
            accepted, moved = await asyncio.gather(desk.accept(code), desk.exchange(ticket_id, seat))

        assert (moved.status_code, accepted.status_code) in {(201, 410), (409, 200)}, (moved.text, accepted.text)
