"""Generate an overload: an open loop of visitors at a fixed rate, whatever the responses.

One visitor is a checkout of two places and, if granted, its confirmation. A rejected visitor does not retry: the next
attempt is part of the rate. Most of the crowd's requests are rejected, on the processors of the system under test:
so it uses plain sockets and epoll, no event loop, and rejections are not parsed.
"""

import itertools
import select
import socket
import time
from collections import Counter, deque
from dataclasses import dataclass, field

import msgspec

from bench.onsale_event import OnSale

TICK_SECONDS = 0.004
DRAIN_SECONDS_MAX = 10.0
ANSWER_BYTES_MAX = 65_536
HEAD_END = b"\r\n\r\n"
TURNED_AWAY = b"HTTP/1.1 503"
# nginx closes a connection after ten thousand requests.
LAST_ANSWER = b"\r\nConnection: close\r\n"


@dataclass
class Second:
    """The responses of one second, by kind; durations in ms."""

    answers: Counter[str] = field(default_factory=Counter)
    checkout_ms: list[float] = field(default_factory=list)
    confirm_ms: list[float] = field(default_factory=list)
    shed_ms: list[float] = field(default_factory=list)


class _Given(msgspec.Struct):
    booking_id: str
    booking_token: str


class _Problem(msgspec.Struct):
    code: str


@dataclass(slots=True, eq=False)
class _Line:
    """One kept-alive connection and the visitor on it."""

    socket: socket.socket
    began: float = 0.0
    confirms: bool = False
    buffer: bytes = b""


class Crowd:
    """Visitors on `lines` kept-alive connections. A visitor without a free connection is `missed`: never offered."""

    def __init__(self, host: str, port: int, sale: OnSale, lines: int) -> None:
        self._address, self._host = (host, port), f"{host}:{port}"
        self._numbers = itertools.count()
        self._epoll = select.epoll()
        self._by_number: dict[int, _Line] = {}
        self._free = deque(self._dial() for _ in range(lines))
        self._out = 0
        self._keeps_buying = False
        # A number always has the same number of digits: the length of the request is known.
        wanted = f'"general_admission":[{{"section_id":"{sale.area}","quantity":2}}]'
        body = f'{{"event_id":"{sale.event_id}",{wanted},"buyer":{{"email":"b%08d@example.org","name":"B"}}}}'
        self._key = f"{sale.event_id}-%08d"
        self._checkout = self._request("/booking/checkout", body, len(body % 0)).encode()
        self._begin_phase()

    def keep_buying(self, visitors: int, seconds: float) -> list[Second]:
        """Closed loop: this many at a time, each followed by the next one."""
        self._begin_phase()
        self._keeps_buying = True
        for _ in range(visitors):
            self._send_one()
        while time.perf_counter() < self._began + seconds:
            self._receive(TICK_SECONDS)
        self._keeps_buying = False
        while self._out and time.perf_counter() < self._began + seconds + DRAIN_SECONDS_MAX:
            self._receive(TICK_SECONDS)
        return self.seconds

    def come(self, rate: float, seconds: float) -> list[Second]:
        """Open loop: `rate` visitors a second for this time, whatever the responses."""
        self._begin_phase()
        sent = 0
        while (elapsed := time.perf_counter() - self._began) < seconds:
            due = int(elapsed * rate)
            for _ in range(due - sent):
                self._send_one()
            sent = due
            tick_ends = self._began + elapsed + TICK_SECONDS
            while (left := tick_ends - time.perf_counter()) > 0:
                self._receive(left)
        return self.seconds

    def close(self) -> None:
        for line in self._by_number.values():
            line.socket.close()
        self._epoll.close()

    def _begin_phase(self) -> None:
        self.seconds = [Second()]
        self.offered = self.missed = 0
        self._began = time.perf_counter()

    def _dial(self) -> _Line:
        line = _Line(socket.create_connection(self._address))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.socket.setblocking(False)
        self._by_number[line.socket.fileno()] = line
        self._epoll.register(line.socket.fileno(), select.EPOLLIN)
        return line

    def _send_one(self) -> None:
        self.offered += 1
        if not self._free:
            self.missed += 1
            return
        self._out += 1
        line = self._free.popleft()
        line.confirms = False
        number = next(self._numbers)
        self._send(line, self._checkout % (number, number))

    def _send(self, line: _Line, request: bytes) -> None:
        line.began = time.perf_counter()
        line.socket.send(request)  # half a kilobyte, one at a time: the socket's buffer always has room for it

    def _receive(self, seconds_max: float) -> None:
        """Read responses; wait for them for at most this time."""
        ready = self._epoll.poll(seconds_max)
        if not ready:
            return
        second = self._second()
        for number, _ in ready:
            line = self._by_number[number]
            data = line.buffer + line.socket.recv(ANSWER_BYTES_MAX)
            if data.startswith(TURNED_AWAY) and data.endswith(b"}") and not line.confirms:
                second.shed_ms.append((time.perf_counter() - line.began) * 1000)
                self._release(line, data, "shed", second)
            else:
                self._take(line, data, second)

    def _second(self) -> Second:
        number = int(time.perf_counter() - self._began)
        while len(self.seconds) <= number:
            self.seconds.append(Second())
        return self.seconds[number]

    def _take(self, line: _Line, data: bytes, second: Second) -> None:
        if data == line.buffer:
            raise ConnectionError("a connection was closed in the middle of an answer, or of a visit")
        head = data.find(HEAD_END)
        length = data.lower().find(b"content-length:", 0, head)
        if length < 0 or len(data) < head + 4 + int(data[length + 15 : data.find(b"\r\n", length)]):
            line.buffer = data
            return
        took = (time.perf_counter() - line.began) * 1000
        status, body = data[9:12], data[head + 4 :]
        if status == b"503":
            second.shed_ms.append(took)
            self._release(line, data, "shed at confirm" if line.confirms else "shed", second)
        elif line.confirms:
            second.confirm_ms.append(took)
            self._release(line, data, "confirmed" if status == b"200" else f"confirm: {status.decode()}", second)
        elif status == b"201":
            second.checkout_ms.append(took)
            line = self._next_connection(line, data)
            line.confirms = True
            self._send(line, self._confirmation(body))
        else:
            self._release(line, data, msgspec.json.decode(body, type=_Problem).code, second)

    def _release(self, line: _Line, data: bytes, answer: str, second: Second) -> None:
        """Release a visitor's connection for the next one."""
        second.answers[answer] += 1
        self._out -= 1
        self._free.append(self._next_connection(line, data))
        if self._keeps_buying:
            self._send_one()

    def _next_connection(self, line: _Line, data: bytes) -> _Line:
        """Return the connection, or a new one if this response was its last."""
        line.buffer = b""
        if LAST_ANSWER not in data:
            return line
        self._epoll.unregister(line.socket.fileno())
        del self._by_number[line.socket.fileno()]
        line.socket.close()
        return self._dial()

    def _confirmation(self, given: bytes) -> bytes:
        booking = msgspec.json.decode(given, type=_Given)
        body = (
            f'{{"booking_id":"{booking.booking_id}","booking_token":"{booking.booking_token}",'
            '"payment":{"payment_method":"pm_card_visa"}}'
        )
        return (self._request("/booking/confirm", "", len(body)) % next(self._numbers) + body).encode()

    def _request(self, path: str, body: str, length: int) -> str:
        return (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {self._key}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
