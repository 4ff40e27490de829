"""Take a connection over from the HTTP server, for an endless response; or write a whole response in one call.

The server's task, parser and message queue for a response cost several times as much CPU as the bytes that they pass
on, and ten times the memory: too much for ten thousand clients that wait for the same few bytes. It also writes head
and body separately: two system calls, and two wake-ups of the gateway.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from admitone.kit.http.strict_request import AnyRequest

# A stopping server answers what arrives on open connections for this long: a request may be on its way, and a gateway
# must not repeat a POST.
DRAIN_SECONDS = 0.5

_EXTENSION, _AT_ONCE = "admitone.connection_hijack", "admitone.answer_at_once"

HeaderLines = Sequence[tuple[bytes, bytes]]
Hijack = Callable[[asyncio.Protocol], asyncio.Transport | None]
AnswerAtOnce = Callable[[Scope, int, HeaderLines, bytes], bool]


class HijackableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol; an application may take a connection over before it responds, or respond in one call.

    When the server stops, a connection closes with its next answer (`Connection: close`), or after `DRAIN_SECONDS`.
    """

    _is_draining = False

    def shutdown(self) -> None:
        self._is_draining = True
        if self._is_idle():
            self.loop.call_later(DRAIN_SECONDS, self._close_idle)
        else:
            self.cycle.keep_alive = False

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self._is_draining and self.cycle is not None:
            self.cycle.keep_alive = False

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _close_idle(self) -> None:
        if self._is_idle() and not self.transport.is_closing():
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)["extensions"] = {_EXTENSION: self._hijack, _AT_ONCE: self._answer}

    def _hijack(self, protocol: asyncio.Protocol) -> asyncio.Transport | None:
        """Return the transport, which `protocol` owns from now on; None if the client has disconnected."""
        transport, cycle = self.transport, self.cycle
        if transport.is_closing() or cycle.disconnected:
            return None
        cycle.disconnected = True  # the server expects no response from this application any more
        cycle.message_event.set()
        self.connections.discard(self)  # and does not wait for it at shutdown
        transport.set_protocol(protocol)
        # Parser and protocol refer to each other: once separated, they are freed now, not by the next garbage
        # collection.
        del self.parser, self.cycle, self.scope
        return transport

    def _answer(self, scope: Any, status: int, headers: HeaderLines, body: bytes) -> bool:
        """Write a whole response, which the server would write in two parts. False if it is not this request's turn."""
        cycle = self.cycle
        if cycle.scope is not scope or cycle.response_started or cycle.disconnected:
            return False
        content = [STATUS_LINE[status]]
        for name, value in (*cycle.default_headers, *headers):
            content += (name, b": ", value, b"\r\n")
        if not cycle.keep_alive:
            content.append(b"connection: close\r\n")
        content += (b"\r\n", body)
        cycle.response_started = cycle.response_complete = True
        self.transport.write(b"".join(content))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True


def answer_at_once(scope: Scope, status: int, headers: HeaderLines, body: bytes) -> bool:
    """Write head and body in one call; the body is as long as its `content-length`.

    False if that is impossible (another server, the client has disconnected): respond as usual.
    """
    extensions = cast("Mapping[str, AnswerAtOnce]", scope.get("extensions") or {})
    answer = extensions.get(_AT_ONCE)
    return answer is not None and answer(scope, status, headers, body)


def hijack_connection(request: AnyRequest, protocol: asyncio.Protocol) -> asyncio.Transport | None:
    """Return the request's connection, which `protocol` owns from now on; None if the client has disconnected.

    The handler then writes the whole response itself and returns `HijackedResponse()`.
    """
    extensions = cast("Mapping[str, Hijack]", request.scope.get("extensions") or {})
    assert _EXTENSION in extensions, "the server speaks `HijackableProtocol`"
    return extensions[_EXTENSION](protocol)


class HijackedResponse(Response[None]):
    """The return value of a handler that has hijacked its connection."""

    def __init__(self) -> None:
        super().__init__(content=None)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        return _Silence()


class _Silence(ASGIResponse):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        return
