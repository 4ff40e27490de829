"""Buyers of one hall who hold, pay, release, read, return and exchange seats, and record each operation.

Every operation stays within a row, so the checker judges several seats as one operation.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from admitone.testing.buyer import DECLINED_CARD, Buyer, Held
from admitone.testing.history import Outcome
from admitone.testing.organizer import Organizer, Show
from tests.races.linearizability.recorder import Facts, Recorder

ATTEMPTS_MAX = 20
REFUNDS_MAX = 4
DECISION_SECONDS_MAX = 1.5  # holds that live for a while can be in the way of others
SURE_SHARE = 0.8  # of the operations are sent again until their outcome is known


@dataclass(frozen=True)
class Sale:
    show: Show
    rows: Sequence[tuple[str, ...]]
    hold_seconds: int
    recorder: Recorder
    http: httpx.AsyncClient
    organizer: Organizer


class SeatBuyer:
    """One client of the history. Each of its holds has a buyer of its own, so the limit of tickets does not end it."""

    def __init__(self, sale: Sale, name: str, chance: random.Random) -> None:
        self.sale, self.name, self.chance = sale, name, chance
        self._holds = 0

    async def shop(self, until: asyncio.Event) -> None:
        while not until.is_set():
            row = self.chance.choice(self.sale.rows)
            held = await self.hold(self.chance.sample(row, self.chance.choice((1, 2, 2, 3))))
            await asyncio.sleep(self.chance.random() * DECISION_SECONDS_MAX)
            if held is not None and await self._decide(held):
                await self._bought(held, row)

    async def hold(self, seats: list[str]) -> Held | None:
        self._holds += 1
        buyer, key = Buyer(self.sale.http, f"{self.name}-{self._holds}"), secrets.token_hex(16)
        earliest_end = time.time_ns() + self.sale.hold_seconds * 10**9
        op = self.sale.recorder.invoke(self.name, "hold", seats, expires=earliest_end)
        body = await self.sale.recorder.perform(
            op,
            lambda: buyer.checkout(self.sale.show, key=key, seats=seats),
            lambda body: {"booking": body["booking_id"], "expires": _nanoseconds(body["expires_at"])},
            attempts_max=self._attempts(),
        )
        return None if body is None else Held(body["booking_id"], body["booking_token"], body)

    async def confirm(self, held: Held, method: str = "pm_card_visa") -> bool:
        buyer, key = Buyer(self.sale.http, self.name), secrets.token_hex(16)
        return await self._change("confirm", held, lambda: buyer.confirm(held, method, key=key)) is not None

    async def release(self, held: Held) -> None:
        await self._change("release", held, lambda: Buyer(self.sale.http, self.name).release(held))

    async def refund(self, held: Held, seats: list[str]) -> None:
        """A sale can be refunded once the worker has captured its payment."""
        for _ in range(REFUNDS_MAX):
            if await self._organize("refund", held, "refunds", {}, seats):
                return
            await asyncio.sleep(DECISION_SECONDS_MAX / 2)

    async def exchange(self, held: Held, seat: str) -> bool:
        ticket = held.answer["tickets"][0]
        body = {"ticket_id": ticket["ticket_id"], "seat": seat}
        return await self._organize("exchange", held, "seat-exchanges", body, [ticket["seat_id"], seat])

    async def read(self, held: Held) -> None:
        op = self.sale.recorder.invoke(self.name, "read", _seats(held.answer), booking=held.booking_id)
        await self.sale.recorder.perform(
            op,
            lambda: Buyer(self.sale.http, self.name).read(held),
            lambda body: {"status": body["status"], "seats": _seats(body)},
            attempts_max=self._attempts(),
        )

    async def _decide(self, held: Held) -> bool:
        """Pay, or release, forget, be declined, pay and release at once. Return whether the seats are bought."""
        mood = self.chance.random()
        if mood < 0.1:
            await self.release(held)
            return False
        if mood < 0.2:
            await self.read(held)
            return False
        if mood < 0.3:
            paid, *_ = await asyncio.gather(self.confirm(held), self.confirm(held, DECLINED_CARD), self.read(held))
            return paid
        if mood < 0.4:
            paid, _ = await asyncio.gather(self.confirm(held), self.release(held))
            return paid
        return await self.confirm(held)

    async def _bought(self, held: Held, row: tuple[str, ...]) -> None:
        """Exchange a seat, or return the booking, which others can buy then."""
        seats = _seats(held.answer)
        await self.read(held)
        if self.chance.random() < 0.25:
            other = self.chance.choice([seat for seat in row if seat not in seats])
            moved, _ = await asyncio.gather(self.exchange(held, other), self.read(held))
            if moved:
                await self.refund(held, [other, *seats[1:]])
        else:
            await asyncio.gather(self.refund(held, seats), self.read(held))

    async def _change(self, action: str, held: Held, request: Any) -> dict[str, Any] | None:
        op = self.sale.recorder.invoke(self.name, action, _seats(held.answer), booking=held.booking_id)
        return await self.sale.recorder.perform(op, request, _nothing, attempts_max=self._attempts())

    async def _organize(self, action: str, held: Held, path: str, body: dict[str, Any], seats: list[str]) -> bool:
        op = self.sale.recorder.invoke(self.name, action, seats, booking=held.booking_id)
        headers = {"Idempotency-Key": secrets.token_hex(16)}
        url = f"/organizer/bookings/{held.booking_id}/{path}"
        done = await self.sale.recorder.perform(
            op,
            lambda: self.sale.organizer.http.post(url, json=body, headers=headers),
            _nothing,
            attempts_max=self._attempts(),
        )
        return done is not None

    def _attempts(self) -> int:
        return ATTEMPTS_MAX if self.chance.random() < SURE_SHARE else 1


def record_owners(recorder: Recorder, owners: dict[str, str | None]) -> None:
    """Record which booking each seat is sold to in the database, as a read of each seat after all operations."""
    for seat, booking in owners.items():
        op = recorder.invoke("database", "inspect", [seat])
        recorder.respond(op, Outcome.OK, booking=booking or "")


def _nothing(_body: dict[str, Any]) -> Facts:
    return {}


def _seats(body: dict[str, Any]) -> list[str]:
    return [ticket["seat_id"] for ticket in body["tickets"] if not ticket.get("refunded")]


def _nanoseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1_000_000) * 1_000
