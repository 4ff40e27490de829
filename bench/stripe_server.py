"""Serve the PaymentIntent calls of Stripe's API for benchmarks: seeded latency, rate limits, idempotency as documented.

    python -m bench.stripe_server [--seed N] [--writes-per-second N] [--endpoint-writes-per-second N]
        [--fastest-ms 200] [--slowest-ms 600]

It prints its port and serves plain HTTP on the loopback interface until it is terminated. It keeps PaymentIntents and
answers as https://docs.stripe.com/api describes. No card is real: every payment method is authorized, except those
whose name contains `Declined`. `GET /bench/figures` returns what it has seen.
"""

import argparse
import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvloop

FASTEST_MS, SLOWEST_MS = 200.0, 600.0
"""What a call takes, uniformly distributed."""
REJECTED_MS = 20.0
BACKLOG = 4_096

Fields = dict[str, str]
Response = tuple[int, bytes, bytes]
"""Status, further header lines, body."""


@dataclass
class Figures:
    calls: Counter[str] = field(default_factory=Counter)
    """By endpoint and status: `create 200`."""
    in_flight_max: int = 0
    connections: int = 0
    requests: int = 0
    writes_each_second: Counter[int] = field(default_factory=Counter)


class Bucket:
    """A limit of calls a second, with one second's calls at once; 0: no limit."""

    def __init__(self, per_second: float) -> None:
        self._per_second, self._credit, self._credited_at = per_second, per_second, 0.0

    def take(self) -> bool:
        if not self._per_second:
            return True
        now = time.monotonic()
        earned = (now - self._credited_at) * self._per_second
        self._credit, self._credited_at = min(self._per_second, self._credit + earned), now
        if self._credit < 1:
            return False
        self._credit -= 1
        return True


class Account:
    """One account: its intents, its remembered responses, and its rate limits for writes: of the account and of each
    endpoint."""

    def __init__(
        self,
        *,
        seed: int,
        writes_per_second: float,
        endpoint_writes_per_second: float,
        fastest_ms: float,
        slowest_ms: float,
    ) -> None:
        self.figures = Figures()
        self._random = random.Random(seed)
        self._limit = Bucket(writes_per_second)
        self._endpoint_limits: defaultdict[str, Bucket] = defaultdict(lambda: Bucket(endpoint_writes_per_second))
        self._fastest, self._slowest = fastest_ms / 1_000, slowest_ms / 1_000
        self._intents: dict[str, dict[str, Any]] = {}
        self._remembered: dict[str, tuple[bytes, Response | None]] = {}
        self._in_flight = 0

    async def respond(self, method: str, path: str, headers: dict[bytes, bytes], body: bytes) -> Response:
        """Return the response after the latency of a call; a rejection comes at once."""
        self.figures.requests += 1
        path, _, query = path.partition("?")
        if path == "/bench/figures":
            return 200, b"", json.dumps(self._report()).encode()
        name = _name(method, path)
        self._in_flight += 1
        self.figures.in_flight_max = max(self.figures.in_flight_max, self._in_flight)
        try:
            answer = await self._limited(method, path, headers, body or query.encode())
        finally:
            self._in_flight -= 1
        self.figures.calls[f"{name} {answer[0]}"] += 1
        return answer

    async def _limited(self, method: str, path: str, headers: dict[bytes, bytes], body: bytes) -> Response:
        if method == "POST":
            self.figures.writes_each_second[int(time.monotonic())] += 1
            reason = self._rejected_for(_name(method, path))
            if reason:
                await asyncio.sleep(REJECTED_MS / 1_000)
                limited = f"Stripe-Should-Retry: true\r\nStripe-Rate-Limited-Reason: {reason}\r\n".encode()
                return _error(429, "invalid_request_error", "rate_limit", "Too many requests.", more=limited)
        key = headers.get(b"idempotency-key", b"").decode()
        if not key:
            return await self._do(method, path, body)
        asked = path.encode() + b" " + body
        if key in self._remembered:
            first, answer = self._remembered[key]
            if first != asked:
                return _error(400, "idempotency_error", None, "Keys are for the same parameters only.")
            if answer is None:
                return _error(409, "invalid_request_error", "idempotency_key_in_use", "Another request has this key.")
            await asyncio.sleep(self._fastest)
            return answer[0], answer[1] + b"Idempotent-Replayed: true\r\n", answer[2]
        self._remembered[key] = asked, None
        answer = await self._do(method, path, body)
        self._remembered[key] = asked, answer
        return answer

    async def _do(self, method: str, path: str, body: bytes) -> Response:
        await asyncio.sleep(self._random.uniform(self._fastest, self._slowest))
        fields = dict(parse_qsl(body.decode()))
        parts = path.strip("/").split("/")[1:]
        match method, parts:
            case "POST", ["payment_intents"]:
                return self._create(fields)
            case "POST", ["payment_intents", intent_id, action]:
                return self._change(intent_id, action, fields)
            case "GET", ["payment_intents", intent_id]:
                intent = self._intents.get(intent_id)
                return _missing(intent_id) if intent is None else _json(intent)
            case "POST", ["refunds"]:
                return self._refund(fields)
            case "GET", [_]:
                return _json({"object": "list", "data": [], "has_more": False, "url": path})
        return _error(404, "invalid_request_error", None, f"Unrecognized request URL ({method}: {path}).")

    def _create(self, fields: Fields) -> Response:
        number = len(self._intents) + 1
        intent_id = f"pi_bench{number:012d}"
        metadata = {name[9:-1]: value for name, value in fields.items() if name.startswith("metadata[")}
        intent = {
            "id": intent_id,
            "object": "payment_intent",
            "amount": int(fields["amount"]),
            "amount_received": 0,
            "capture_method": fields.get("capture_method", "automatic"),
            "client_secret": f"{intent_id}_secret_{number:x}",
            "currency": fields["currency"],
            "created": int(time.time()),
            "metadata": metadata,
            "latest_charge": None,
            "last_payment_error": None,
            "next_action": None,
            "payment_method": fields.get("payment_method"),
            "status": "requires_confirmation" if "payment_method" in fields else "requires_payment_method",
        }
        self._intents[intent_id] = intent
        return self._change(intent_id, "confirm", fields) if fields.get("confirm") == "true" else _json(intent)

    def _change(self, intent_id: str, action: str, fields: Fields) -> Response:
        intent = self._intents.get(intent_id)
        if intent is None:
            return _missing(intent_id)
        open_states = ("requires_payment_method", "requires_confirmation", "requires_action")
        if action == "confirm" and intent["status"] in open_states:
            intent["payment_method"] = fields.get("payment_method", intent["payment_method"])
            if "Declined" in str(intent["payment_method"]):
                intent["status"] = "requires_payment_method"
                intent["last_payment_error"] = {"code": "card_declined", "decline_code": "generic_decline"}
                return _error(402, "card_error", "card_declined", "Your card was declined.", payment_intent=intent)
            charge = {"id": f"ch_{intent_id}", "amount": intent["amount"], "amount_refunded": 0, "disputed": False}
            is_manual = intent["capture_method"] == "manual"
            intent |= {"status": "requires_capture" if is_manual else "succeeded", "latest_charge": charge}
        elif action == "capture" and intent["status"] == "requires_capture":
            intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        elif action == "cancel" and intent["status"] in (*open_states, "requires_capture"):
            intent["status"] = "canceled"
        else:
            said = f"This PaymentIntent could not be changed: it has a status of {intent['status']}."
            return _error(400, "invalid_request_error", "payment_intent_unexpected_state", said, payment_intent=intent)
        return _json(intent)

    def _refund(self, fields: Fields) -> Response:
        intent = self._intents.get(fields["payment_intent"])
        if intent is None or intent["status"] != "succeeded":
            return _error(400, "invalid_request_error", "charge_not_captured", "There is nothing to refund.")
        amount, charge = int(fields["amount"]), intent["latest_charge"]
        if charge["amount_refunded"] + amount > intent["amount"]:
            return _error(400, "invalid_request_error", "charge_already_refunded", "Less than that is left.")
        charge["amount_refunded"] += amount
        refund_id = f"re_{intent['id']}_{charge['amount_refunded']}"
        return _json({"id": refund_id, "object": "refund", "amount": amount, "status": "succeeded"})

    def _rejected_for(self, endpoint: str) -> str:
        """Return the limit that a write exceeds, in Stripe's words; empty: none."""
        if not self._limit.take():
            return "global-rate"
        return "" if self._endpoint_limits[endpoint].take() else "endpoint-rate"

    def _report(self) -> dict[str, Any]:
        seen = self.figures
        return {
            "calls": dict(sorted(seen.calls.items())),
            "in_flight_max": seen.in_flight_max,
            "connections": seen.connections,
            "requests_a_connection": round(seen.requests / max(1, seen.connections), 1),
            "writes_in_a_second_max": max(seen.writes_each_second.values(), default=0),
            "intents_by_status": dict(Counter(intent["status"] for intent in self._intents.values())),
            "cpu_seconds": round(time.process_time(), 2),
        }


class _Connection(asyncio.Protocol):
    def __init__(self, account: Account) -> None:
        self._account = account
        self._buffer = bytearray()
        self._transport: Any = None
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._account.figures.connections += 1

    def data_received(self, data: bytes) -> None:
        """Clients send one request at a time and wait for its response."""
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        first, *lines = bytes(self._buffer[:head_end]).split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        end = head_end + 4 + int(headers.get(b"content-length", b"0"))
        if len(self._buffer) < end:
            return
        body = bytes(self._buffer[head_end + 4 : end])
        del self._buffer[:end]
        method, path, _ = first.decode().split(" ")
        task = asyncio.create_task(self._respond(method, path, headers, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _respond(self, method: str, path: str, headers: dict[bytes, bytes], body: bytes) -> None:
        status, more, answer = await self._account.respond(method, path, headers, body)
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n"
        if not self._transport.is_closing():
            self._transport.write(head.encode() + b"Request-Id: req_bench\r\n" + more + b"\r\n" + answer)


def _name(method: str, path: str) -> str:
    parts = path.strip("/").split("/")
    if parts[-1] == "payment_intents" and method == "POST":
        return "create"
    if method == "GET":
        return "retrieve" if len(parts) == 3 else "list"
    return parts[-1]


def _json(value: dict[str, Any]) -> Response:
    return 200, b"", json.dumps(value).encode()


def _missing(intent_id: str) -> Response:
    return _error(404, "invalid_request_error", "resource_missing", f"No such payment_intent: '{intent_id}'")


def _error(status: int, kind: str, code: str | None, said: str, *, more: bytes = b"", **members: Any) -> Response:
    return status, more, json.dumps({"error": {"type": kind, "code": code, "message": said, **members}}).encode()


async def serve(account: Account) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(account), "127.0.0.1", 0, backlog=BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--writes-per-second", type=float, default=0.0, help="0: no limit")
    parser.add_argument("--endpoint-writes-per-second", type=float, default=0.0, help="0: no limit")
    parser.add_argument("--fastest-ms", type=float, default=FASTEST_MS)
    parser.add_argument("--slowest-ms", type=float, default=SLOWEST_MS)
    given = parser.parse_args()
    account = Account(
        seed=given.seed,
        writes_per_second=given.writes_per_second,
        endpoint_writes_per_second=given.endpoint_writes_per_second,
        fastest_ms=given.fastest_ms,
        slowest_ms=given.slowest_ms,
    )
    uvloop.run(serve(account))


if __name__ == "__main__":
    main()
