"""Record buyers' calls and their outcomes (invoked, then ok, refused or unknown) to check against the database."""

import secrets
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import httpx

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Show


class Outcome(Enum):
    OK = "ok"  # acknowledged: must persist
    REFUSED = "refused"  # must have had no effect
    UNKNOWN = "unknown"  # no response, or an inconclusive one: both outcomes are valid


@dataclass
class Call:
    """`seconds` from the request to its response; `answer` is its JSON."""

    buyer: str
    action: str
    booking_id: str | None
    outcome: Outcome = Outcome.UNKNOWN
    status: int = 0
    code: str | None = None
    seconds: float = 0.0
    retry_after: str | None = None
    answer: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.buyer} {self.action} {self.booking_id or ''} → {self.status} {self.code or ''}"


class History:
    """Every call of a race."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def record(self, buyer: str, action: str, booking_id: str | None, request: Awaitable[httpx.Response]) -> Call:
        call = Call(buyer, action, booking_id)
        self.calls.append(call)
        started_at = time.monotonic()
        try:
            answer = await request
        except httpx.HTTPError:
            return call
        finally:
            call.seconds = time.monotonic() - started_at
        call.status = answer.status_code
        call.retry_after = answer.headers.get("Retry-After")
        if answer.headers.get("Content-Type", "").startswith("application/"):
            call.answer = answer.json()
        call.code = call.answer.get("code")
        if answer.status_code in (200, 201):
            call.outcome = Outcome.OK
            call.booking_id = call.answer["booking_id"]
        elif 400 <= answer.status_code < 500 and call.code != "request-in-progress":
            call.outcome = Outcome.REFUSED
        return call

    def of(self, action: str, outcome: Outcome | None = None) -> Iterator[Call]:
        return (call for call in self.calls if call.action == action and outcome in (None, call.outcome))

    @property
    def defects(self) -> list[str]:
        """Return the responses that no race may give."""
        bare = [f"{call}, without Retry-After" for call in self.calls if call.status == 503 and not call.retry_after]
        return [str(call) for call in self.calls if call.status == 500] + bare


class Racer:
    """A buyer whose every call is recorded."""

    def __init__(self, history: History, http: httpx.AsyncClient, name: str) -> None:
        self.history = history
        self.buyer = Buyer(http, name)
        self.name = name

    async def checkout(self, show: Show, *, key: str | None = None, **wish: Any) -> Call:
        return await self._record("checkout", None, self.buyer.checkout(show, key=key, **wish))

    async def confirm(self, held: Call, method: str = "pm_card_visa", *, key: str | None = None) -> Call:
        return await self._record("confirm", held.booking_id, self.buyer.confirm(_held(held), method, key=key))

    async def release(self, held: Call) -> Call:
        return await self._record("release", held.booking_id, self.buyer.release(_held(held)))

    async def free_seats(self, show: Show) -> list[str]:
        """Return the ids of the seats displayed as free; empty if the request failed."""
        try:
            answer = await self.buyer.seats(show)
        except httpx.HTTPError:
            return []
        if answer.status_code != 200:
            return []
        return [seat for seat, state in zip(show.seats, answer.json()["states"], strict=False) if state == "a"]

    async def _record(self, action: str, booking_id: str | None, request: Awaitable[httpx.Response]) -> Call:
        return await self.history.record(self.name, action, booking_id, request)


class Clerk:
    """The box office, whose every sale is recorded. `http` has an organizer's key."""

    def __init__(self, history: History, http: httpx.AsyncClient, name: str) -> None:
        self.history = history
        self.http = http
        self.name = name

    async def sell(self, show: Show, *seats: str, payment: str = "cash", key: str | None = None, **wish: Any) -> Call:
        request = self.http.post(
            f"/organizer/events/{show.id}/bookings",
            json={"payment": payment, "seats": list(seats), **wish},
            headers={"Idempotency-Key": key or secrets.token_hex(16)},
        )
        return await self.history.record(self.name, "sell", None, request)


def _held(call: Call) -> Held:
    return Held(call.answer["booking_id"], call.answer["booking_token"], call.answer)
