"""Simulate a buyer over HTTP: get the seats, hold some, pay, cancel."""

from dataclasses import dataclass
from typing import Any

import httpx

from admitone.testing.organizer import Show

GOOD_CARD = "pm_card_visa"
DECLINED_CARD = "pm_card_visa_chargeDeclinedInsufficientFunds"


@dataclass(frozen=True)
class Held:
    """A checkout that was answered with 201."""

    booking_id: str
    token: str
    answer: dict[str, Any]

    @classmethod
    def of(cls, answer: httpx.Response) -> "Held":
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        body = answer.json()
        return cls(body["booking_id"], body["booking_token"], body)

    @property
    def key(self) -> dict[str, str]:
        return {"booking_id": self.booking_id, "booking_token": self.token}

    @property
    def seat_ids(self) -> list[str]:
        return [ticket["seat_id"] for ticket in self.answer["tickets"]]


class Buyer:
    """One buyer with an e-mail address; several may share `http`."""

    def __init__(self, http: httpx.AsyncClient, name: str = "ada") -> None:
        self.http = http
        self.name = name
        self.buyer = {"email": f"{name}@example.org", "name": name.title()}

    async def checkout(self, show: Show | str, *, key: str | None = None, **wish: Any) -> httpx.Response:
        event_id = show if isinstance(show, str) else show.id
        headers = {"Idempotency-Key": key} if key else {}
        body = {"event_id": event_id, "buyer": self.buyer, **wish}
        return await self.http.post("/booking/checkout", json=body, headers=headers)

    async def hold(self, show: Show, **wish: Any) -> Held:
        """Check out, and fail on any refusal."""
        return Held.of(await self.checkout(show, **wish))

    async def confirm(self, held: Held, method: str | None = GOOD_CARD, *, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        payment = {"payment": {"payment_method": method}} if method else {}
        return await self.http.post("/booking/confirm", json={**held.key, **payment}, headers=headers)

    async def release(self, held: Held) -> httpx.Response:
        return await self.http.post("/booking/release", json=held.key)

    async def read(self, held: Held) -> httpx.Response:
        return await self.http.get(f"/booking/{held.booking_id}", headers={"Authorization": f"Bearer {held.token}"})

    async def seats(self, show: Show) -> httpx.Response:
        return await self.http.get(f"/events/{show.id}/seats")
