"""A minimal HTTP/1.1 client for load generation: keep-alive, one request at a time, minimal parsing.

The load generator shares two cores with the system under test: a general client costs more CPU a request than the
product does.
"""

import asyncio
from typing import NamedTuple


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes


class Connection(asyncio.Protocol):
    """`await request(...)` on one kept-alive connection; reconnects if the server closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._waiter: asyncio.Future[Answer] | None = None
        self._head_end = -1
        self._length = -1
        self._status = 0

    async def request(self, method: str, path: str, body: bytes = b"", headers: str = "") -> Answer:
        """Return the response. Raises ConnectionError if the connection is lost before the response is complete."""
        if self._transport is None or self._transport.is_closing():
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_connection(lambda: self, self._host, self._port)
            self._transport = transport
        self._waiter = asyncio.get_running_loop().create_future()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{headers}"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._transport.write(head.encode() + b"\r\n" + body)
        return await self._waiter

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._head_end < 0:
            self._head_end = self._buffer.find(b"\r\n\r\n")
            if self._head_end < 0:
                return
            self._parse_head()
        body_at = self._head_end + 4
        if self._length >= 0:
            if len(self._buffer) - body_at >= self._length:
                self._finish(bytes(self._buffer[body_at : body_at + self._length]))
        elif self._buffer.endswith(b"0\r\n\r\n"):
            self._finish(_unchunk(self._buffer, body_at))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._reset()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(exc or ConnectionError("closed by the server"))

    def _parse_head(self) -> None:
        head = bytes(self._buffer[: self._head_end]).lower()
        self._status = int(head[9:12])
        self._length = -1
        at = head.find(b"content-length:")
        if at >= 0:
            self._length = int(head[at + 15 : head.find(b"\r\n", at) if head.find(b"\r\n", at) > 0 else None])
        elif self._status in (204, 304):
            self._length = 0

    def _finish(self, body: bytes) -> None:
        answer = Answer(self._status, bytes(self._buffer[: self._head_end]), body)
        self._reset()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(answer)

    def _reset(self) -> None:
        self._buffer.clear()
        self._head_end = -1
        self._length = -1


def _unchunk(buffer: bytearray, at: int) -> bytes:
    parts: list[bytes] = []
    while True:
        line_end = buffer.find(b"\r\n", at)
        size = int(buffer[at:line_end], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(bytes(buffer[line_end + 2 : line_end + 2 + size]))
        at = line_end + 2 + size + 2
