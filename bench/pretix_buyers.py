"""Put an event on sale at pretix, let buyers order pairs by its REST API, and look for seats that are sold twice.

The event has the seating plan that AdmitOne's event has: AdmitOne reads pretix's format.
"""

import asyncio
import itertools
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
import psycopg

from bench.buyers import ANYWHERE_TRIES, FAVOURITE_TRIES, ZIPF_EXPONENT
from bench.http_client import Connection
from bench.onsale_event import STANDING_CAPACITY, cut, seating_plan
from bench.pretix_server import ORGANIZER, Pretix

PRICE = "125.00"
"""What a ticket costs at AdmitOne with its fee."""
SETUP_SECONDS_MAX = 300.0

Group = tuple[str, ...]
"""Neighbours' seat guids: two, or three at the end of an odd row."""

VALID = """
select s.seat_guid, o.code
  from pretixbase_orderposition p
  join pretixbase_order o on o.id = p.order_id
  join pretixbase_event e on e.id = o.event_id
  left join pretixbase_seat s on s.id = p.seat_id
 where e.slug = %s and not p.canceled and o.status in ('n', 'p')
"""


@dataclass(frozen=True)
class PretixSale:
    """`groups` by zone of the plan; empty for standing places. `places`: seats, or the quota's size.

    `taken`, `bookings`: seats of all orders so far, and tickets by order, as the buyers know them.
    """

    slug: str
    item: int
    groups: list[list[Group]]
    places: int
    taken: set[str] = field(default_factory=set)
    bookings: dict[str, int] = field(default_factory=dict)


@dataclass
class PretixTally:
    """Latencies in seconds, responses by status, and the time of each order (seconds from the start)."""

    orders: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    sold_at: list[float] = field(default_factory=list)
    tickets: int = 0


class _Order(msgspec.Struct):
    code: str


def put_on_sale(pretix: Pretix, kind: str, slug: str, *, capacity: int = STANDING_CAPACITY) -> PretixSale:
    """Create an event with one item, as `bench.onsale_event.put_on_sale` does at AdmitOne; `kind` as there."""
    with httpx.Client(
        base_url=f"http://127.0.0.1:{pretix.port}/api/v1/organizers/{ORGANIZER}/",
        headers={"Authorization": f"Token {pretix.token}"},
        timeout=SETUP_SECONDS_MAX,
    ) as client:
        event = {
            "name": {"en": "Bench"},
            "slug": slug,
            "currency": "EUR",
            "date_from": "2030-06-30T17:30:00Z",
            "timezone": "Europe/Vienna",
        }
        _send(client, "POST", "events/", event)
        item = {"name": {"en": "Ticket"}, "default_price": PRICE}
        item_id = _send(client, "POST", f"events/{slug}/items/", item)["id"]
        # pretix locks a quota that has a size for every order. Seats are limited without one.
        size = capacity if kind == "standing" else None
        quota = {"name": "Tickets", "size": size, "items": [item_id], "variations": []}
        _send(client, "POST", f"events/{slug}/quotas/", quota)
        if kind == "standing":
            return PretixSale(slug, item_id, [], capacity)
        plan = seating_plan(kind)
        plan_id = _send(client, "POST", "seatingplans/", {"name": f"Bench {kind}", "layout": plan})["id"]
        mapping = {category["name"]: item_id for category in plan["categories"]}
        _send(client, "PATCH", f"events/{slug}/", {"seating_plan": plan_id, "seat_category_mapping": mapping})
    # On an installation that runs for longer than a minute autovacuum has done this.
    with psycopg.connect(pretix.database_url, autocommit=True) as conn:
        conn.execute("vacuum analyze")
    groups = groups_of(plan)
    return PretixSale(slug, item_id, groups, sum(len(group) for zone in groups for group in zone))


def _send(client: httpx.Client, method: str, path: str, body: dict[str, Any]) -> Any:
    answer = client.request(method, path, json=body)
    if answer.is_error:
        raise RuntimeError(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json()


def groups_of(plan: dict[str, Any]) -> list[list[Group]]:
    """Cut every row into pairs, by zone; three at the end of an odd row."""
    return [
        [
            tuple(row["seats"][index]["seat_guid"] for index in group)
            for row in zone["rows"]
            for group in cut(0, len(row["seats"]))
        ]
        for zone in plan["zones"]
        if any(row["seats"] for row in zone["rows"])
    ]


async def order_together(pretix: Pretix, sale: PretixSale, *, buyers: int, seconds_max: float) -> PretixTally:
    """Let `buyers` order, each one order after another, until no seats remain or the time is over.

    Buyers choose among the seats that no order has so far. They do not ask pretix for them, while buyers of AdmitOne
    read the map of all seats.
    """
    tally = PretixTally()
    started = time.perf_counter()
    numbers = itertools.count(len(sale.bookings))

    async def buy(seed: int) -> None:
        buyer = _Buyer(pretix, sale, tally, random.Random(len(sale.bookings) + seed))
        while time.perf_counter() - started < seconds_max and (wanted := buyer.choose()) is not None:
            await buyer.order(wanted, next(numbers), started)
        buyer.close()

    await asyncio.gather(*(buy(seed) for seed in range(buyers)))
    return tally


class _Buyer:
    def __init__(self, pretix: Pretix, sale: PretixSale, tally: PretixTally, chance: random.Random) -> None:
        self._connection = Connection("127.0.0.1", pretix.port)
        self._sale, self._tally, self._random = sale, tally, chance
        self._path = f"/api/v1/organizers/{ORGANIZER}/events/{sale.slug}/orders/"
        self._headers = f"Authorization: Token {pretix.token}\r\n"
        self._weights = [1 / (rank + 1) ** ZIPF_EXPONENT for rank in range(len(sale.groups))]

    def close(self) -> None:
        self._connection.close()

    def choose(self) -> Sequence[str | None] | None:
        """Return seats' guids (None for a standing place), or None if no seats remain."""
        if not self._sale.groups:
            return (None, None)
        for attempt in range(FAVOURITE_TRIES + ANYWHERE_TRIES):
            weights = self._weights if attempt < FAVOURITE_TRIES else None
            group = self._random.choice(self._random.choices(self._sale.groups, weights)[0])
            if self._is_free(group):
                return group
        return next(filter(self._is_free, itertools.chain.from_iterable(self._sale.groups)), None)

    def _is_free(self, group: Group) -> bool:
        return self._sale.taken.isdisjoint(group)

    async def order(self, wanted: Sequence[str | None], number: int, started: float) -> None:
        tally = self._tally
        body = json.dumps(order_body(self._sale.item, wanted, f"b{number}@example.org")).encode()
        began = time.perf_counter()
        try:
            answer = await self._connection.request("POST", self._path, body, self._headers)
        except ConnectionError:
            tally.answers["connection lost"] += 1
            return
        took = time.perf_counter() - began
        self._sale.taken.update(seat for seat in wanted if seat is not None and answer.status in (201, 400))
        if answer.status != 201:
            tally.answers[str(answer.status)] += 1
            tally.refused.append(took)
            return
        tally.answers["confirmed"] += 1
        tally.orders.append(took)
        tally.tickets += len(wanted)
        self._sale.bookings[msgspec.json.decode(answer.body, type=_Order).code] = len(wanted)
        tally.sold_at.append(time.perf_counter() - started)


def order_body(item: int, wanted: Sequence[str | None], email: str) -> dict[str, Any]:
    """Return a paid order, one position a ticket."""
    positions = [{"item": item, "price": PRICE} | ({} if seat is None else {"seat": seat}) for seat in wanted]
    return {
        "email": email,
        "locale": "en",
        "status": "p",
        "payment_provider": "manual",
        "positions": positions,
    }


def valid_positions(database_url: str, slug: str) -> list[tuple[str | None, str]]:
    """Return (seat guid, order code) of every ticket of a pending or paid order of an event."""
    with psycopg.connect(database_url) as conn:
        return [(seat, code) for seat, code in conn.execute(VALID, [slug]).fetchall()]


def find_violations(
    positions: Iterable[tuple[str | None, str]], bookings: dict[str, int], places: int
) -> dict[str, int]:
    """Return counts of violated invariants, all expected to be 0, as `bench.invariant_checks` does for AdmitOne.

    `positions`: of all orders of the event; `bookings`: what the buyers were answered, tickets by order.
    """
    orders: Counter[str] = Counter()
    seats: defaultdict[str, list[str]] = defaultdict(list)
    for seat, code in positions:
        orders[code] += 1
        if seat is not None:
            seats[seat].append(code)
    return {
        "seats_with_two_orders": sum(len(codes) > 1 for codes in seats.values()),
        "sold_more_than_places": max(0, orders.total() - places),
        "told_bought_but_no_order": len(bookings.keys() - orders.keys()),
        "order_but_not_told": len(orders.keys() - bookings.keys()),
        "orders_of_other_size_than_told": sum(orders[code] != bookings[code] for code in orders.keys() & bookings),
    }
