"""Tell a recorder of every successful change that an identified caller makes, before the caller learns of it.

An ASGI middleware of the application, so that a route cannot forget it. The identity is the one that the guard of
`kit.http.access` found; requests without one (buyers, webhooks) are not recorded.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from litestar.types import ASGIApp, Message, Receive, Send
from msgspec import Struct

from admitone.kit.http.client_address import scope_address
from admitone.kit.http.cross_site import SAFE_METHODS

Document = TypeVar("Document")

RECORDED = "recorded"
"""The key in a handler's `opt` that exempts it when False: it keeps a record of its own, or changes nothing."""
BODY_BYTES_MAX = 16 * 1024
AGENT_CHARACTERS_MAX = 300
_REPLAYED = b"idempotent-replayed"


class Change(Struct, frozen=True):
    """`operation`: its id in the OpenAPI document. `subject`: the path, or that of what was created, without
    `/organizer`. `body`: the first 16 kB and one byte. `before`: what the handler kept by `keep_before`."""

    identity: Any
    operation: str
    subject: str
    body: bytes
    before: Any
    address: str | None
    agent: str


Recorder = Callable[[Change], Awaitable[None]]


def keep_before(state: Any, document: Any) -> None:
    """Let the record of this request say what there was before (`request.state`)."""
    state.before = document


def keep_replaced(state: Any, before: Any, after: Any) -> None:
    """Let the record of this request say what the members that it changes were before, given both documents."""
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    changed = {name: old.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}
    keep_before(state, changed or None)


def keep_changed(state: Any, edit: Callable[[Document], Document]) -> Callable[[Document], Document]:
    """Return the edit of a draft; the record of this request says what the members that it changes were before."""

    def editing(before: Document) -> Document:
        after = edit(before)
        keep_replaced(state, before, after)
        return after

    return editing


def recorded_changes(record: Recorder) -> Callable[[ASGIApp], ASGIApp]:
    """Return the middleware. A change whose record cannot be written is answered like an outage: the caller repeats
    it, and no change is acknowledged without its record."""

    def middleware(app: ASGIApp) -> ASGIApp:
        async def recording(scope: Any, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
                await app(scope, receive, send)
                return
            body = bytearray()

            async def read() -> Any:
                message = await receive()
                if message["type"] == "http.request" and len(body) <= BODY_BYTES_MAX:
                    body.extend(message["body"][: BODY_BYTES_MAX + 1])
                return message

            async def answer(message: Message) -> None:
                if message["type"] == "http.response.start" and (change := _change(scope, message, bytes(body))):
                    await record(change)
                await send(message)

            await app(scope, read, answer)

        return recording

    return middleware


def _change(scope: Any, start: Any, body: bytes) -> Change | None:
    """Return what to record of an answer; None where nothing was changed, or the first answer recorded it."""
    identity = scope.get("state", {}).get("identity")
    handler = scope.get("route_handler")
    headers = dict(start["headers"])
    if identity is None or start["status"] >= 400 or _REPLAYED in headers or not handler.opt.get(RECORDED, True):
        return None
    location = headers.get(b"location", b"").decode("latin-1")
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    return Change(
        identity=identity,
        operation=handler.operation_id or handler.handler_name,
        subject=(location or scope["path"]).removeprefix("/organizer").lstrip("/"),
        body=body,
        before=scope["state"].get("before"),
        address=scope_address(scope),
        agent=agent.decode("latin-1")[:AGENT_CHARACTERS_MAX],
    )
