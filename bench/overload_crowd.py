"""A crowd that comes at a rate of its own, whether it is answered or not: what an overload is made of.

One visitor is a checkout of two places and, where that was given, its confirmation. Who is told to come again is
gone: the next try is part of the rate. There is no task and no future a visitor, because the load generator shares
its processors with what it measures, and most of what it does is being turned away.
"""

import asyncio
import itertools
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import cast

import msgspec

from bench.onsale_event import OnSale

TICK_SECONDS = 0.004
DIALS_AT_ONCE = 64
HEAD_END = b"\r\n\r\n"


@dataclass
class Second:
    """What was answered in one second, by what it was; durations in ms."""

    answers: Counter[str] = field(default_factory=Counter)
    checkout_ms: list[float] = field(default_factory=list)
    confirm_ms: list[float] = field(default_factory=list)
    shed_ms: list[float] = field(default_factory=list)


class _Given(msgspec.Struct):
    booking_id: str
    booking_token: str


class _Problem(msgspec.Struct):
    code: str


class Crowd:
    """Visitors on `lines` kept-alive connections. One who comes when none is free is `missed`: never offered."""

    def __init__(self, host: str, port: int, sale: OnSale, lines: int) -> None:
        self._host, self._port, self._sale = host, port, sale
        self._numbers = itertools.count()
        self._free = deque(_Line(self) for _ in range(lines))
        self._out = 0
        self._keeps_buying = False
        wanted = f'"general_admission":[{{"section_id":"{sale.area}","quantity":2}}]'
        self._body = f'{{"event_id":"{sale.event_id}",{wanted},"buyer":{{"email":"b%d@example.org","name":"B"}}}}'
        self._begin_phase()

    async def dial(self) -> None:
        """Open every connection, some at a time."""
        lines = list(self._free)
        for first in range(0, len(lines), DIALS_AT_ONCE):
            await asyncio.gather(*(self.dial_one(line) for line in lines[first : first + DIALS_AT_ONCE]))

    async def dial_one(self, line: "_Line") -> None:
        await asyncio.get_running_loop().create_connection(lambda: line, self._host, self._port)

    async def keep_buying(self, visitors: int, seconds: float) -> list[Second]:
        """Closed loop: so many at a time, each followed by the next one."""
        self._begin_phase()
        self._keeps_buying = True
        for _ in range(visitors):
            self._send_one()
        await asyncio.sleep(seconds)
        self._keeps_buying = False
        await self._drain()
        return self.seconds

    async def come(self, rate: float, seconds: float) -> list[Second]:
        """Open loop: `rate` visitors a second for so long, whatever becomes of them."""
        self._begin_phase()
        sent = 0
        while (elapsed := time.perf_counter() - self._began) < seconds:
            due = int(elapsed * rate)
            for _ in range(due - sent):
                self._send_one()
            sent = due
            await asyncio.sleep(TICK_SECONDS)
        return self.seconds

    def close(self) -> None:
        for line in self._free:
            line.close()

    def second(self) -> Second:
        """The record of this second."""
        number = int(time.perf_counter() - self._began)
        while len(self.seconds) <= number:
            self.seconds.append(Second())
        return self.seconds[number]

    def checkout(self) -> bytes:
        number = next(self._numbers)
        return self.request("/booking/checkout", self._body % number, number)

    def confirm(self, given: bytes) -> bytes:
        booking = msgspec.json.decode(given, type=_Given)
        body = (
            f'{{"booking_id":"{booking.booking_id}","booking_token":"{booking.booking_token}",'
            '"payment":{"payment_method":"pm_card_visa"}}'
        )
        return self.request("/booking/confirm", body, next(self._numbers))

    def request(self, path: str, body: str, number: int) -> bytes:
        return (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {self._sale.event_id}-{number}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def left(self, line: "_Line") -> None:
        """A visitor has gone; the line is free for the next."""
        self._out -= 1
        self._free.append(line)
        if self._keeps_buying:
            self._send_one()

    def _begin_phase(self) -> None:
        self.seconds = [Second()]
        self.offered = self.missed = 0
        self._began = time.perf_counter()

    def _send_one(self) -> None:
        self.offered += 1
        if not self._free:
            self.missed += 1
            return
        self._out += 1
        self._free.popleft().begin()

    async def _drain(self) -> None:
        until = time.perf_counter() + 10
        while self._out and time.perf_counter() < until:
            await asyncio.sleep(TICK_SECONDS)


class _Line(asyncio.Protocol):
    """One kept-alive connection and the visitor on it."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._began = 0.0
        self._confirms = self._is_out = False
        self._dialling: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are not of that class

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._buffer = b""
        if self._is_out:
            self._end("connection lost")

    def begin(self) -> None:
        self._is_out = True
        self._confirms = False
        self._write(self._crowd.checkout())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        head = data.find(HEAD_END)
        length = data.lower().find(b"content-length:", 0, head)
        if length < 0 or len(data) < head + 4 + int(data[length + 15 : data.find(b"\r\n", length)]):
            self._buffer = data
            return
        self._buffer = b""
        self._answered(data[9:12], data[head + 4 :])

    def _write(self, request: bytes) -> None:
        self._began = time.perf_counter()
        if self._transport is None or self._transport.is_closing():  # nginx ends one after ten thousand requests
            self._dialling = asyncio.create_task(self._dial_and_write(request))
        else:
            self._transport.write(request)

    async def _dial_and_write(self, request: bytes) -> None:
        try:
            await self._crowd.dial_one(self)
        except OSError:
            self._end("not connected")
            return
        assert self._transport is not None
        self._transport.write(request)

    def _answered(self, status: bytes, body: bytes) -> None:
        took = (time.perf_counter() - self._began) * 1000
        second = self._crowd.second()
        if status == b"503":
            second.shed_ms.append(took)
            self._end("shed at confirm" if self._confirms else "shed")
        elif self._confirms:
            second.confirm_ms.append(took)
            self._end("confirmed" if status == b"200" else f"confirm: {status.decode()}")
        elif status == b"201":
            second.checkout_ms.append(took)
            self._confirms = True
            self._write(self._crowd.confirm(body))
        else:
            self._end(msgspec.json.decode(body, type=_Problem).code)

    def _end(self, answer: str) -> None:
        self._is_out = False
        self._crowd.second().answers[answer] += 1
        self._crowd.left(self)
