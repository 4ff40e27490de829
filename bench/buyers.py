"""Simulate buyers of an on-sale: each reads the seats, checks out two free ones, pays, and repeats.

At the end of an odd row a buyer takes three, so that no orphan seat remains.
"""

import asyncio
import bisect
import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from bench.http_client import Connection
from bench.onsale_event import OnSale

ZIPF_EXPONENT = 1.0
# How often a buyer tries seats near the start before taking any remaining ones.
FAVOURITE_TRIES = 10
ANYWHERE_TRIES = 30
STATES = b'"states":"'
CONFIRMATIONS_MAX = 20
"""How often a buyer asks again whether a payment that is being processed has succeeded."""
RETRY_AFTER = re.compile(rb"\r\nretry-after: (\d+)", re.IGNORECASE)


@dataclass
class Tally:
    """Latencies in seconds, responses by kind, and the time of each confirmation (seconds from the start).

    `whole`: from the checkout's request to the confirmation, of confirmed bookings. `bookings`: tickets by booking.
    """

    checkout: list[float] = field(default_factory=list)
    confirm: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    at_stripe: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    sold_at: list[float] = field(default_factory=list)
    tickets: int = 0
    bookings: dict[str, int] = field(default_factory=dict)


class _Payment(msgspec.Struct):
    client_secret: str | None = None


class _Checkout(msgspec.Struct):
    booking_id: str
    booking_token: str
    payment: _Payment


class _Problem(msgspec.Struct):
    code: str


async def sell_out(
    host: str, port: int, sale: OnSale, *, buyers: int, seconds_max: float, stripe_port: int | None = None
) -> Tally:
    """Let `buyers` buy until no wanted seats remain or the time is over.

    With `stripe_port` they confirm their payments with that server, as a browser does with Stripe.
    """
    return await sell_together(host, port, [sale], buyers=buyers, seconds_max=seconds_max, stripe_port=stripe_port)


async def sell_together(
    host: str,
    port: int,
    sales: Sequence[OnSale],
    *,
    buyers: int,
    seconds_max: float,
    stripe_port: int | None = None,
) -> Tally:
    """Spread the buyers over the sales; none moves to another sale."""
    tally = Tally()
    started = time.perf_counter()
    numbers = itertools.count()

    async def buy(seed: int) -> None:
        buyer = _Buyer(host, port, sales[seed % len(sales)], tally, started, numbers, seed, stripe_port)
        await buyer.buy(started + seconds_max)

    await asyncio.gather(*(buy(seed) for seed in range(buyers)))
    return tally


async def buy_until(host: str, port: int, sale: OnSale, *, buyers: int, seconds: float) -> Tally:
    """Let a few buyers buy for this time, one booking each a second: sales among other changes."""
    tally = Tally()
    started = time.perf_counter()
    numbers = itertools.count()

    async def buy(seed: int) -> None:
        buyer = _Buyer(host, port, sale, tally, started, numbers, seed)
        while time.perf_counter() - started < seconds:
            await buyer.buy_once()
            await asyncio.sleep(1)

    await asyncio.gather(*(buy(seed) for seed in range(buyers)))
    return tally


class _Buyer:
    def __init__(
        self,
        host: str,
        port: int,
        sale: OnSale,
        tally: Tally,
        started: float,
        numbers: "itertools.count[int]",
        seed: int,
        stripe_port: int | None = None,
    ) -> None:
        self._stripe = None if stripe_port is None else Connection("127.0.0.1", stripe_port)
        self._connection = Connection(host, port)
        self._sale, self._tally, self._started, self._numbers = sale, tally, started, numbers
        self._random = random.Random(seed)
        weights = [1 / (rank + 1) ** ZIPF_EXPONENT for rank in range(len(sale.groups))]
        self._cumulated = list(itertools.accumulate(weights))
        self._event = f"Event-Id: {sale.event_id}\r\n"
        self._seats_path = f"/events/{sale.event_id}/seats"

    async def buy(self, until: float) -> None:
        while time.perf_counter() < until and await self.buy_once():
            pass
        self._connection.close()
        if self._stripe is not None:
            self._stripe.close()

    async def buy_once(self) -> bool:
        """Return False if no seats remain."""
        order = await self._choose()
        if order is not None:
            await self._book(*order)
        return order is not None

    async def _choose(self) -> tuple[str, int] | None:
        """Return the selected part of a checkout body and its number of tickets, or None if no seats remain."""
        if self._sale.area is not None:
            if self._tally.answers["not-enough-tickets"]:
                return None
            return f'"general_admission":[{{"section_id":"{self._sale.area}","quantity":2}}]', 2
        answer = await self._connection.request("GET", self._seats_path)
        at = answer.body.find(STATES) + len(STATES)
        states = answer.body[at : at + len(self._sale.seat_ids)]
        for _ in range(FAVOURITE_TRIES):
            group = self._random.choice(self._pick_section())
            if _is_free(states, group):
                return self._seats(group)
        for _ in range(ANYWHERE_TRIES):
            group = self._sale.group_of[self._random.randrange(len(states))]
            if _is_free(states, group):
                return self._seats(group)
        left = self._next_free(states, self._random.randrange(len(states)))
        return self._seats(left) if left is not None else None

    def _next_free(self, states: bytes, start: int) -> range | None:
        """Return the first free group, searching round once from a random seat."""
        for at, end in ((start, len(states)), (0, start)):
            while (at := states.find(b"a", at, end)) >= 0:
                group = self._sale.group_of[at]
                if _is_free(states, group):
                    return group
                at += 1
        return None

    def _pick_section(self) -> list[range]:
        return self._sale.groups[bisect.bisect(self._cumulated, self._random.random() * self._cumulated[-1])]

    def _seats(self, group: range) -> tuple[str, int]:
        ids = ",".join(f'"{self._sale.seat_ids[index]}"' for index in group)
        return f'"seats":[{ids}]', len(group)

    async def _book(self, wanted: str, quantity: int) -> None:
        number = next(self._numbers)
        tally, key = self._tally, f"Idempotency-Key: {self._sale.event_id}-{number}\r\n{self._event}"
        body = f'{{"event_id":"{self._sale.event_id}",{wanted},"buyer":{{"email":"b{number}@example.org","name":"B"}}}}'
        began = asked = time.perf_counter()
        answer = await self._connection.request("POST", "/booking/checkout", body.encode(), key)
        took = time.perf_counter() - began
        if answer.status != 201:
            tally.answers[_code(answer.status, answer.body)] += 1
            tally.refused.append(took)
            return
        tally.checkout.append(took)
        booking = msgspec.json.decode(answer.body, type=_Checkout)
        how = ',"payment":{"payment_method":"pm_card_visa"}'
        if self._stripe is not None and booking.payment.client_secret is not None:
            how = ""
            await self._confirm_at_stripe(booking.payment.client_secret)
        body = f'{{"booking_id":"{booking.booking_id}","booking_token":"{booking.booking_token}"{how}}}'
        began = time.perf_counter()
        answer = await self._connection.request("POST", "/booking/confirm", body.encode(), key)
        for _ in range(CONFIRMATIONS_MAX):
            if answer.status != 202:
                break
            tally.answers["asked again: processing"] += 1
            wait = RETRY_AFTER.search(answer.head)
            await asyncio.sleep(int(wait[1]) if wait else 1)
            answer = await self._connection.request("POST", "/booking/confirm", body.encode(), key)
        tally.confirm.append(time.perf_counter() - began)
        if answer.status == 200:
            tally.answers["confirmed"] += 1
            tally.tickets += quantity
            tally.bookings[booking.booking_id] = quantity
            tally.whole.append(time.perf_counter() - asked)
            tally.sold_at.append(time.perf_counter() - self._started)
        else:
            tally.answers[f"confirm {_code(answer.status, answer.body)}"] += 1

    async def _confirm_at_stripe(self, secret: str) -> None:
        assert self._stripe is not None
        path = f"/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm"
        fields = f"client_secret={secret}&payment_method=pm_card_visa"
        began = time.perf_counter()
        answer = await self._stripe.request("POST", path, fields.encode())
        self._tally.at_stripe.append(time.perf_counter() - began)
        if answer.status != 200:
            self._tally.answers[f"at stripe {answer.status}"] += 1


def _is_free(states: bytes, group: range) -> bool:
    return states.count(b"a", group.start, group.stop) == len(group)


def _code(status: int, body: bytes) -> str:
    if status == 202:
        return "processing"
    return msgspec.json.decode(body, type=_Problem).code
