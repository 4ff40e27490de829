"""Simulate fans of an on-sale: each takes a place, waits for its turn like the page, reads the seats, picks, pays.

20,000 of them share kept-alive connections for short requests, and open a live stream each while they choose. They use
the processors that are measured, so they work out only what one of many clients would have to: a rank once, the status
once for all who read the same bytes, and a live stream's bytes not at all.
"""

import asyncio
import json
import random
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, cast

from admitone.waiting_room.domain.draw import draw_key, rank
from bench.http_client import Answer, Connection
from bench.onsale_event import OnSale

POLL_SECONDS_MAX = 30.0
STATES = b'"states":"'
ATTEMPTS_MAX = 40
TRIES_MAX = 60
GROUPS_FOUND_MAX = 200
THINK_SECONDS = (0.5, 2.0)
STREAMS_MAX = 6_000


@dataclass
class Seen:
    """Observations of all fans. Latencies in seconds by second and kind; `outcomes`: how each fan's attempt ended."""

    began: float
    latencies: dict[str, dict[int, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    statuses: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    sold_at: list[float] = field(default_factory=list)
    bookings: dict[str, int] = field(default_factory=dict)
    entries: Counter[int] = field(default_factory=Counter)
    passes: Counter[str] = field(default_factory=Counter)
    errors: Counter[int] = field(default_factory=Counter)
    streams: int = 0

    def record(self, kind: str, began: float, status: int) -> None:
        self.latencies[kind][int(began - self.began)].append(time.perf_counter() - began)
        self.statuses[f"{kind} {status}"] += 1
        self.errors[int(time.perf_counter() - self.began)] += status >= 500


class Crowd:
    """State that all fans share."""

    def __init__(self, host: str, port: int, sale: OnSale, *, connections: int, has_queue: bool) -> None:
        self.host, self.port, self.sale, self.has_queue = host, port, sale, has_queue
        self.seen = Seen(time.perf_counter())
        self._free = deque(Connection(host, port) for _ in range(connections))
        self._waiters: deque[asyncio.Future[Connection]] = deque()
        self.queue_path = f"/events/{sale.event_id}/queue"
        self.ends_at = float("inf")
        self._draw: tuple[bytes, int] | None = None
        self._status: tuple[bytes, dict[str, Any]] = (b"", {})

    async def ask(self, kind: str, method: str, path: str, body: Any = None, headers: str = "") -> Answer:
        """Send a request and retry lost connections, as browsers and people do."""
        began = time.perf_counter()
        connection = self._free.pop() if self._free else await self._wait_for_connection()
        try:
            while True:
                try:
                    answer = await connection.request(
                        method, path, b"" if body is None else json.dumps(body).encode(), headers
                    )
                    break
                except (ConnectionError, OSError):
                    self.seen.statuses[f"{kind} lost"] += 1
        finally:
            self._give_back(connection)
        self.seen.record(kind, began, answer.status)
        return answer

    async def read_status(self) -> dict[str, Any]:
        """Return the status of the queue; fans do not change it."""
        answer = await self.ask("status", "GET", self.queue_path)
        if answer.body != self._status[0]:
            self._status = (answer.body, json.loads(answer.body))
        return self._status[1]

    def close(self) -> None:
        while self._free:
            self._free.pop().close()

    def _wait_for_connection(self) -> "asyncio.Future[Connection]":
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        return waiter

    def _give_back(self, connection: Connection) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        self._free.append(connection)

    @property
    def is_over(self) -> bool:
        return time.perf_counter() > self.ends_at

    def rank_of(self, status: dict[str, Any], entry: int) -> int:
        if self._draw is None:
            key = draw_key(bytes.fromhex(status["seed"]), bytes.fromhex(status["entrants_hash"]), b"")
            self._draw = (key, status["pre_queue_size"])
        return rank(*self._draw, entry)


class Fan:
    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd, self.number = crowd, number
        self.random = random.Random(number)
        self.character = self.random.choices(["buys", "looks", "absent"], [90, 5, 5])[0] if crowd.has_queue else "buys"
        self.groups = 2 if self.random.random() < 0.3 else 1

    async def evening(self) -> None:
        self.crowd.seen.outcomes[await self._evening()] += 1

    async def _evening(self) -> str:
        await self.crowd.ask("page", "GET", f"/events/details/{self.crowd.sale.event_id}")
        given = None
        if self.crowd.has_queue:
            given = await self._wait_for_turn()
            if given is None:
                return "in the queue at the end" if self.crowd.is_over else "sold out while waiting"
            if not given:
                return "never came back" if self.character == "absent" else "turn missed"
        return await self._shop(given)

    async def _wait_for_turn(self) -> str | None:
        """Return the pass; "" if the turn was missed, None if the event is sold out or the run is over."""
        joined = await self._join()
        self.crowd.seen.entries[joined["entry"]] += 1
        rank: int | None = None
        while not self.crowd.is_over:
            status = await self.crowd.read_status()
            wait = status["poll_after_ms"] / 1000
            if "seed" in status:
                rank = self.crowd.rank_of(status, joined["entry"]) if rank is None else rank
                position = rank - status["serving"] + 1
                if position <= 0:
                    return await self._take_turn(joined["queue_token"])
                if status["state"] == "sold_out":
                    return "" if self.character == "absent" else None
                rate = status["rate_per_minute"]
                eta = position * 60 / rate if rate else 300
                wait = max(wait, min(POLL_SECONDS_MAX, status["turn_seconds"] / 4, eta / 10))
            await asyncio.sleep(wait * (1 + self.random.random() / 4))
        return None

    async def _join(self) -> dict[str, Any]:
        while True:
            answer = await self.crowd.ask("join", "POST", self.crowd.queue_path, {"nonce": f"fan number {self.number}"})
            if answer.status == 201:
                joined: dict[str, Any] = json.loads(answer.body)
                return joined
            await asyncio.sleep(1 + self.random.random())

    async def _take_turn(self, token: str) -> str:
        if self.character == "absent":
            return ""
        while True:
            path = f"{self.crowd.queue_path}/admission"
            answer = await self.crowd.ask("admission", "POST", path, {"queue_token": token})
            if answer.status == 200:
                given: str = json.loads(answer.body)["pass"]
                self.crowd.seen.passes[given] += 1
                return given
            if answer.status == 410:
                return ""
            await asyncio.sleep(1)

    async def _shop(self, given: str | None) -> str:
        stream = asyncio.create_task(self._watch()) if self.crowd.seen.streams < STREAMS_MAX else None
        try:
            for attempt in range(ATTEMPTS_MAX):
                if self.crowd.is_over:
                    return "choosing at the end"
                await asyncio.sleep(self.random.uniform(*THINK_SECONDS))
                if self.character == "looks":
                    return "only looked"
                wanted = await self._pick()
                if wanted is None:
                    return "sold out while choosing"
                outcome = await self._book(wanted, given, attempt)
                if outcome is not None:
                    return outcome
            return "gave up"
        finally:
            if stream is not None:
                stream.cancel()
                await asyncio.gather(stream, return_exceptions=True)

    async def _pick(self) -> list[str] | None:
        sale = self.crowd.sale
        answer = await self.crowd.ask("seats", "GET", f"/events/{sale.event_id}/seats")
        if answer.status != 200:
            return []
        at = answer.body.find(STATES) + len(STATES)
        states = answer.body[at : at + sale.places]

        def free(group: range) -> bool:
            return states.count(b"a", group.start, group.stop) == len(group)

        for _ in range(TRIES_MAX):
            section = self.random.choice(sale.groups)
            first = self.random.randrange(len(section))
            chosen = section[first : first + self.groups]
            if all(free(group) for group in chosen):
                return [sale.seat_ids[index] for group in chosen for index in group]
        left = self._find_free(states)
        if left:
            return [sale.seat_ids[index] for index in self.random.choice(left)]
        return None if states.count(b"h") == 0 else []

    def _find_free(self, states: bytes) -> list[range]:
        """Return free groups behind a random seat, or before it if there are none."""
        found: list[range] = []
        start = self.random.randrange(len(states))
        for at, end in ((start, len(states)), (0, start)):
            while len(found) < GROUPS_FOUND_MAX:
                at = states.find(b"aa", at, end)
                if at < 0:
                    break
                group = self.crowd.sale.group_of[at]
                if states.count(b"a", group.start, group.stop) == len(group):
                    found.append(group)
                at = max(at + 1, group.stop)
        return found

    async def _book(self, wanted: list[str], given: str | None, attempt: int) -> str | None:
        if not wanted:  # all remaining seats are held by others, or the seats could not be read
            return None
        key = f"Idempotency-Key: {self.crowd.sale.event_id}-{self.number}-{attempt}\r\n"
        buyer = {"email": f"fan{self.number}@example.org", "name": "Fan"}
        body = {"event_id": self.crowd.sale.event_id, "seats": wanted, "buyer": buyer}
        if given is not None:
            body["pass"] = given
        answer = await self.crowd.ask("checkout", "POST", "/booking/checkout", body, key)
        if answer.status == 403:
            return "pass refused"
        if answer.status != 201:
            return None
        booking = json.loads(answer.body)
        await asyncio.sleep(self.random.uniform(*THINK_SECONDS))
        pay = {
            "booking_id": booking["booking_id"],
            "booking_token": booking["booking_token"],
            "payment": {"payment_method": "pm_card_visa"},
        }
        while True:
            answer = await self.crowd.ask("confirm", "POST", "/booking/confirm", pay, key)
            if answer.status == 200:
                self.crowd.seen.bookings[booking["booking_id"]] = len(wanted)
                self.crowd.seen.sold_at.append(time.perf_counter() - self.crowd.seen.began)
                return "bought"
            if answer.status in (402, 410, 404):
                return f"confirm {answer.status}"
            await asyncio.sleep(1 + self.random.random())

    async def _watch(self) -> None:
        """Keep a live map open until cancelled, and discard its bytes."""
        seen = self.crowd.seen
        seen.streams += 1
        transport = None
        try:
            loop = asyncio.get_running_loop()
            path = f"/events/{self.crowd.sale.event_id}/live"
            transport, stream = await loop.create_connection(
                lambda: _Stream(self.crowd.host, path, seen.statuses), self.crowd.host, self.crowd.port
            )
            await stream.ended
        except (ConnectionError, OSError):
            seen.statuses["live lost"] += 1
        finally:
            seen.streams -= 1
            if transport is not None:
                transport.close()


class _Stream(asyncio.Protocol):
    """Count the status of a live stream, and read the rest without looking at it."""

    def __init__(self, host: str, path: str, statuses: Counter[str]) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        self._statuses = statuses
        self._has_begun = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.WriteTransport", transport).write(self._head)  # uvloop's classes are not asyncio's

    def data_received(self, data: bytes) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._statuses[f"live {data[9:12].decode()}"] += 1

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)
