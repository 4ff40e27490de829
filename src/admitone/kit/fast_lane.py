"""A bare ASGI entrance for the few routes that an on-sale is made of, in front of the framework.

The framework's own handler of the same route stays: it is what the OpenAPI document describes, and it calls the
same function. Validation, refusals and answers are therefore one; only routing and injection are skipped.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from litestar.types import ASGIApp, Receive, Scope, Send

from admitone.kit.problem import PROBLEM_TYPE, problem_answer
from admitone.kit.request_body import read_body

BODY_BYTES_MAX = 256 * 1024


class FastRequest(NamedTuple):
    """Header names in lower case."""

    headers: Mapping[bytes, bytes]
    body: bytes


class FastAnswer(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str]


FastHandler = Callable[[FastRequest], Awaitable[FastAnswer]]


class FastLane:
    """ASGI: requests of `handlers` ((method, path) → handler) are answered here, all others by `app`."""

    def __init__(self, app: ASGIApp, handlers: Mapping[tuple[str, str], ASGIApp]) -> None:
        self._app = app
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._choose(scope)(scope, receive, send)

    def _choose(self, scope: Any) -> ASGIApp:
        if scope["type"] != "http":
            return self._app
        return self._handlers.get((scope["method"], scope["path"]), self._app)


def bare(handle: FastHandler) -> ASGIApp:
    """Return the ASGI application of one handler; refusals and defects become problem documents."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive, bytes_max=BODY_BYTES_MAX)
        answer = await handle(FastRequest(dict(scope["headers"]), body))
        await _send(send, answer.status, "application/json", answer.headers, answer.body)

    return app


def guarded(app: ASGIApp) -> ASGIApp:
    """Turn what `app` raises into a problem document."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the outermost frame of a request: everything becomes an answer
            method, path = str(scope.get("method", "")), scope["path"]
            status, headers, body = problem_answer(error, method=method, path=path)
            await _send(send, status, PROBLEM_TYPE, headers, body)

    return guard


async def _send(send: Send, status: int, content_type: str, headers: Mapping[str, str], body: bytes) -> None:
    lines = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    lines += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    start: Any = {"type": "http.response.start", "status": status, "headers": lines}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})
