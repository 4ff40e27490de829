"""Record operations on seats as JSON Lines: each request when it is sent, each response when it arrives.

An operation is a request and its retries with the same key. The file has what `checker` reads (its history.go).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec

from admitone.testing.history import Outcome

RETRY_SECONDS = 0.1

Request = Callable[[], Awaitable[httpx.Response]]
Facts = Mapping[str, Any]


class Recorder:
    """The lines of a history, in the order of their times."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self._op = 0

    def invoke(self, client: str, action: str, seats: list[str], **facts: Any) -> int:
        """Record a request that is about to be sent. Return the operation's number."""
        self._op += 1
        self._add(self._op, "invoke", client=client, action=action, seats=seats, **facts)
        return self._op

    def respond(self, op: int, outcome: Outcome, **facts: Any) -> None:
        self._add(op, outcome.value, **facts)

    async def perform(
        self, op: int, request: Request, facts: Callable[[dict[str, Any]], Facts], *, attempts_max: int
    ) -> dict[str, Any] | None:
        """Send `request` until a response says what became of it. Return the body of a success.

        `facts` returns what the history has of that body. Without such a response, the outcome stays unknown.
        """
        for attempt in range(attempts_max):
            if attempt:
                await asyncio.sleep(RETRY_SECONDS)
            try:
                answer = await request()
            except httpx.HTTPError:
                continue
            if answer.is_success and answer.status_code != httpx.codes.ACCEPTED:
                body: dict[str, Any] = answer.json()
                self.respond(op, Outcome.OK, **facts(body))
                return body
            if answer.is_client_error and answer.json().get("code") != "request-in-progress":
                self.respond(op, Outcome.REFUSED, code=answer.json().get("code"))
                return None
        self.respond(op, Outcome.UNKNOWN)
        return None

    def count(self, action: str, outcome: Outcome) -> int:
        ops = {line["op"] for line in self.lines if line.get("action") == action}
        return sum(line["op"] in ops for line in self.lines if line["type"] == outcome.value)

    def write(self, path: Path) -> None:
        path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in self.lines))

    def _add(self, op: int, kind: str, **facts: Any) -> None:
        self.lines.append({"op": op, "type": kind, "time": time.time_ns(), **facts})
