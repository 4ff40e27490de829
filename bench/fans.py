"""Simulate fans of an on-sale: each takes a place, waits for its turn like the page, reads the seats, picks, pays.

20,000 of them share kept-alive connections for short requests, and open a live stream each while they choose.
"""

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from admitone.waiting_room.domain.draw import draw_key, rank
from bench.http_client import Answer, Connection
from bench.onsale_event import OnSale

POLL_SECONDS_MAX = 30.0
STATES = b'"states":"'
ATTEMPTS_MAX = 40
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
        self.free: asyncio.Queue[Connection] = asyncio.Queue()
        self.queue_path = f"/events/{sale.event_id}/queue"
        self.ends_at = float("inf")
        self._draw: tuple[bytes, int] | None = None
        for _ in range(connections):
            self.free.put_nowait(Connection(host, port))

    async def ask(self, kind: str, method: str, path: str, body: Any = None, headers: str = "") -> Answer:
        """Send a request and retry lost connections, as browsers and people do."""
        began = time.perf_counter()
        connection = await self.free.get()
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
            self.free.put_nowait(connection)
        self.seen.record(kind, began, answer.status)
        return answer

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
        while not self.crowd.is_over:
            status = json.loads((await self.crowd.ask("status", "GET", self.crowd.queue_path)).body)
            wait = status["poll_after_ms"] / 1000
            if "seed" in status:
                position = self.crowd.rank_of(status, joined["entry"]) - status["serving"] + 1
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

        for _ in range(60):
            section = self.random.choice(sale.groups)
            first = self.random.randrange(len(section))
            chosen = section[first : first + self.groups]
            if all(free(group) for group in chosen):
                return [sale.seat_ids[index] for group in chosen for index in group]
        left = [group for section in sale.groups for group in section if free(group)]
        if left:
            return [sale.seat_ids[index] for index in self.random.choice(left)]
        return None if states.count(b"h") == 0 else []

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
        """Read the live map and discard its bytes."""
        self.crowd.seen.streams += 1
        writer = None
        try:
            reader, writer = await asyncio.open_connection(self.crowd.host, self.crowd.port)
            writer.write(
                f"GET /events/{self.crowd.sale.event_id}/live HTTP/1.1\r\nHost: {self.crowd.host}\r\n"
                "Accept-Encoding: gzip\r\n\r\n".encode()
            )
            self.crowd.seen.statuses[f"live {(await reader.read(12))[9:].decode()}"] += 1
            while await reader.read(65_536):
                pass
        except (ConnectionError, OSError):
            self.crowd.seen.statuses["live lost"] += 1
        finally:
            self.crowd.seen.streams -= 1
            if writer is not None:
                writer.close()
