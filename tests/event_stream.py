"""Read server-sent events and keep a seat map up to date as the page does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

SECONDS_MAX = 120.0


@dataclass(frozen=True)
class Sent:
    """One event of the stream; `name` is "comment" for a heartbeat line."""

    name: str
    id: str
    data: Any


@dataclass
class SeatMap:
    """A snapshot with all later changes applied."""

    version: int = 0
    states: str = ""
    areas: dict[str, dict[str, int]] = field(default_factory=dict)

    def apply(self, sent: Sent) -> None:
        if sent.name == "snapshot":
            self.states, self.areas = sent.data["states"], sent.data["areas"]
        elif sent.name == "delta":
            states = list(self.states)
            for state, indexes in sent.data["changes"].items():
                for index in indexes:
                    states[index] = state
            self.states = "".join(states)
            self.areas = {**self.areas, **sent.data["areas"]}
        else:
            return
        assert sent.data["version"] == int(sent.id) >= self.version
        self.version = sent.data["version"]

    @property
    def content(self) -> dict[str, Any]:
        """Return what `GET …/seats` answers if nothing has changed since."""
        return {"version": self.version, "states": self.states, "areas": self.areas}


class Stream:
    """An open stream; `seat_map` reflects the events read so far."""

    def __init__(self, answer: httpx.Response, seat_map: SeatMap) -> None:
        self.answer = answer
        self.seat_map = seat_map
        self._lines = answer.aiter_lines()

    async def next(self, seconds_max: float = SECONDS_MAX) -> Sent:
        """Return the next event or comment. Raises `TimeoutError`; `StopAsyncIteration` at the stream's end."""
        return await asyncio.wait_for(self._next(), seconds_max)

    async def until(self, states: str, seconds_max: float = 5.0) -> None:
        """Read until the map shows these states."""
        async with asyncio.timeout(seconds_max):
            while self.seat_map.states != states:
                await self._next()

    async def _next(self) -> Sent:
        name, event_id, data = "", "", ""
        async for line in self._lines:
            if line.startswith(":"):
                name = "comment"
            elif line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("id: "):
                event_id = line.removeprefix("id: ")
            elif line.startswith("data: "):
                data += line.removeprefix("data: ")
            elif not line and name:
                sent = Sent(name, event_id, json.loads(data) if data else None)
                self.seat_map.apply(sent)
                return sent
        raise StopAsyncIteration


@asynccontextmanager
async def open_stream(
    http: httpx.AsyncClient,
    event_id: str,
    *,
    last_event_id: str | None = None,
    seat_map: SeatMap | None = None,
    encoding: str = "gzip",
) -> AsyncIterator[Stream]:
    """Open an event's stream; with `last_event_id`, resume there with the map known at that point."""
    headers = {b"Accept-Encoding": encoding.encode()}
    if last_event_id is not None:
        headers[b"Last-Event-ID"] = last_event_id.encode()
    async with http.stream("GET", f"/events/{event_id}/live", headers=headers) as answer:
        if answer.status_code != 200:
            await answer.aread()
        yield Stream(answer, seat_map or SeatMap())
