"""Take a connection over from the HTTP server, for an answer that never ends.

The server's machinery for one answer (a task, a parser, a queue of messages) costs several times what the bytes cost
that go through it, and ten times the memory: too much where ten thousand readers wait for the same few bytes.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

from litestar import Response
from litestar.connection import Request
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_EXTENSION = "admitone.take_over"

TakeOver = Callable[[asyncio.Protocol], asyncio.Transport | None]


class HandingOver(HttpToolsProtocol):
    """uvicorn's HTTP protocol; an application may take the connection of a request over before it answers."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast("dict[str, Any]", self.scope)["extensions"] = {_EXTENSION: self._hand_over}

    def _hand_over(self, protocol: asyncio.Protocol) -> asyncio.Transport | None:
        """Return the transport, from now on `protocol`'s; None where the client has left."""
        transport, cycle = self.transport, self.cycle
        if transport.is_closing() or cycle.disconnected:
            return None
        cycle.disconnected = True  # the server asks this application for no answer any more
        cycle.message_event.set()
        self.connections.discard(self)  # nor waits for it when it stops
        transport.set_protocol(protocol)
        # Parser and protocol hold each other: apart, they are freed now and not by the next collection.
        del self.parser, self.cycle, self.scope
        return transport


def take_over(request: Request[Any, Any, Any], protocol: asyncio.Protocol) -> asyncio.Transport | None:
    """Return the request's connection, from now on `protocol`'s; None where the client has left.

    The handler then writes the whole answer itself and returns `TakenOver()`.
    """
    extensions = cast("Mapping[str, TakeOver]", request.scope.get("extensions") or {})
    assert _EXTENSION in extensions, "the server speaks `HandingOver`"
    return extensions[_EXTENSION](protocol)


class TakenOver(Response[None]):
    """What a handler returns whose connection is no longer the server's."""

    def __init__(self) -> None:
        super().__init__(content=None)

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIResponse:
        return _Silence()


class _Silence(ASGIResponse):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        return
