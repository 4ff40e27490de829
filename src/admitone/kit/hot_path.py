"""A bare entrance for the few routes that an on-sale is made of, in front of the framework.

The framework's own handler of the same route stays: it is what the OpenAPI document describes, and it calls the
same function. Validation, refusals and answers are therefore one; only routing and injection are skipped. What stands
in front of a handler (`kit.load_shedding.limited`, `kit.idempotency.remembered`) takes a handler and returns one.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from litestar.types import ASGIApp, Receive, Scope, Send

from admitone.kit.body_limits import BUYER_BYTES_MAX
from admitone.kit.client_address import scope_address
from admitone.kit.connection_hijack import answer_at_once
from admitone.kit.problem import PROBLEM_TYPE, problem_answer
from admitone.kit.request_body import read_body

BODY_BYTES_MAX = BUYER_BYTES_MAX


class RawRequest(NamedTuple):
    """Header names in lower case. `address`: the client's, where the ASGI server knows it. `key_digest`: names the
    caller's idempotency key in PostgreSQL. `attempt_id`: the same for a retry that takes over from a dead process.
    `kit.idempotency.remembered` sets both."""

    path: str
    headers: Mapping[bytes, bytes]
    body: bytes
    address: str | None = None
    key_digest: bytes | None = None
    attempt_id: str | None = None


class RawResponse(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str]
    content_type: str = "application/json"


RawHandler = Callable[[RawRequest], Awaitable[RawResponse]]


Check = Callable[[Mapping[bytes, bytes]], None]
"""(headers, names in lower case) → nothing. Raises a Refusal, before the body is read."""


class HotPath:
    """ASGI: POSTs to the paths of `handlers` are answered here, all other requests by `app`.

    So are those with a query string: no handler here knows a parameter, and `app` names what it does not know.
    """

    def __init__(self, app: ASGIApp, handlers: Mapping[str, RawHandler], check: Check = lambda _: None) -> None:
        self._app = app
        self._check = check
        self._handlers = {path: guarded(handle) for path, handle in handlers.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handle = self._handle(scope)
        if handle is None:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        try:
            self._check(headers)
            body = await read_body(receive, bytes_max=BODY_BYTES_MAX)
        except Exception as error:  # noqa: BLE001 - the outermost frame of a request: everything becomes an answer
            answer = _refusal(error, scope["path"])
        else:
            answer = await handle(RawRequest(scope["path"], headers, body, scope_address(scope)))
        await send_answer(scope, send, answer)

    def _handle(self, scope: Any) -> RawHandler | None:
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        return self._handlers.get(scope["path"]) if is_post and not scope["query_string"] else None


def guarded(handle: RawHandler) -> RawHandler:
    """Turn what `handle` raises into a problem document."""

    async def guard(request: RawRequest) -> RawResponse:
        try:
            return await handle(request)
        except Exception as error:  # noqa: BLE001 - a defect is an answer too
            return _refusal(error, request.path)

    return guard


def _refusal(error: Exception, path: str) -> RawResponse:
    status, headers, body = problem_answer(error, method="POST", path=path)
    return RawResponse(status, body, headers, PROBLEM_TYPE)


async def send_answer(scope: Scope, send: Send, answer: RawResponse) -> None:
    """Send a whole answer, in one go where the server can."""
    lines = [(b"content-type", answer.content_type.encode()), (b"content-length", b"%d" % len(answer.body))]
    lines += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    if answer_at_once(scope, answer.status, lines, answer.body):
        return
    start: Any = {"type": "http.response.start", "status": answer.status, "headers": lines}
    await send(start)
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
