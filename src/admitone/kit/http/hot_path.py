"""The hot path: raw ASGI handlers, in front of the framework, for the few routes that carry an on-sale or a search.

Validation, refusals and answers are those of all routes; only the framework's routing and injection are skipped. Each
`HotRoute` names the types that it decodes and returns; the OpenAPI document uses them (`kit.http.described`). Reads are
routes of the framework too, which answers their other methods and describes them.
A wrapper of a handler (`limited`, `kit.http.idempotency.remembered`) takes a handler and returns one.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from litestar.types import ASGIApp, Receive, Scope, Send

from admitone.kit.faults import decode_body
from admitone.kit.http.body_limits import BUYER_BYTES_MAX
from admitone.kit.http.client_address import scope_address
from admitone.kit.http.connection_hijack import answer_at_once
from admitone.kit.http.declared_request import refuse_parameters
from admitone.kit.http.problem import PROBLEM_TYPE, problem_answer, problem_body
from admitone.kit.http.request_metrics import observe_request
from admitone.kit.load_shedding import ConcurrencyLimiter
from admitone.kit.refusal import BodyTooLarge
from admitone.kit.telemetry import bind_request_id

BODY_BYTES_MAX = BUYER_BYTES_MAX


class RawRequest(NamedTuple):
    """Header names in lower case. `address`: the client's, if the ASGI server knows it. `key_digest`: names the
    caller's idempotency key in PostgreSQL. `attempt_id`: the same for a retry that takes over from a dead process.
    `kit.http.idempotency.remembered` sets both. `query`: a read's query string."""

    path: str
    headers: Mapping[bytes, bytes]
    body: bytes
    address: str | None = None
    key_digest: bytes | None = None
    attempt_id: str | None = None
    query: bytes = b""


class RawResponse(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str]
    content_type: str = "application/json"


RawHandler = Callable[[RawRequest], Awaitable[RawResponse]]

Recall = Callable[[RawRequest], Awaitable[RawResponse | None]]
"""Read from PostgreSQL what a request has already done, while another process may still run it; None: nothing."""

Check = Callable[[Mapping[bytes, bytes]], None]
"""(headers, names in lower case) → nothing. Raises a Refusal, before the body is read."""


class HotRoute(NamedTuple):
    """A route of the hot path. `body` is what `answer` takes, `answers` the type of the body that it returns.

    `recall` answers a request while another process runs one with the same idempotency key. `hint`: the annotated type
    of a header that only the gateway reads.
    """

    path: str
    operation_id: str
    summary: str
    tag: str
    status: int
    body: type[Any]
    answers: Any
    answer: Callable[[RawRequest, Any], Awaitable[RawResponse]]
    recall: Recall
    hint: Any = None

    def handler(self) -> RawHandler:
        """Return the handler that decodes the body and answers. Raises `MalformedBody`, `InvalidBody`."""
        answer, body = self.answer, self.body
        return lambda request: answer(request, decode_body(request.body, body))


class HotPath:
    """ASGI: requests to the paths of `handlers`, and GET requests to those of `reads`, are answered here.

    The handlers accept only POST, and no query parameters. `app` answers all other requests.
    """

    def __init__(
        self,
        app: ASGIApp,
        handlers: Mapping[str, RawHandler],
        check: Check = lambda _: None,
        *,
        reads: Mapping[str, RawHandler] | None = None,
    ) -> None:
        self._app = app
        self._check = check
        self._handlers = {path: guarded(handle) for path, handle in handlers.items()}
        self._reads = {path: guarded(read, method="GET") for path, read in (reads or {}).items()}

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and (read := self._reads.get(scope["path"])):
            await _answer_read(read, scope, send)
            return
        handle = self._handlers.get(scope["path"]) if scope["type"] == "http" else None
        if handle is None:
            await self._app(scope, receive, send)
            return
        if scope["method"] != "POST":
            await _refuse_method(scope, send)
            return
        began = time.perf_counter()
        headers = dict(scope["headers"])
        try:
            self._check(headers)
            if scope["query_string"]:
                refuse_parameters(scope["query_string"])
            body = await read_body(receive, bytes_max=BODY_BYTES_MAX)
        except Exception as error:  # noqa: BLE001 - the outermost frame of a request: everything becomes an answer
            answer = _refusal(error, scope["path"])
        else:
            answer = await handle(RawRequest(scope["path"], headers, body, scope_address(scope)))
        observe_request("POST", scope["path"], answer.status, time.perf_counter() - began)
        await send_answer(scope, send, answer)


async def _answer_read(read: RawHandler, scope: Any, send: Send) -> None:
    began = time.perf_counter()
    headers = dict(scope["headers"])
    bind_request_id(headers.get(b"x-request-id"))
    answer = await read(RawRequest(scope["path"], headers, b"", query=scope["query_string"]))
    observe_request("GET", scope["path"], answer.status, time.perf_counter() - began)
    await send_answer(scope, send, answer)


def guarded(handle: RawHandler, *, method: str = "POST") -> RawHandler:
    """Convert errors of `handle` to problem documents."""

    async def guard(request: RawRequest) -> RawResponse:
        try:
            return await handle(request)
        except Exception as error:  # noqa: BLE001 - a defect is an answer too
            return _refusal(error, request.path, method)

    return guard


def limited(limiter: Callable[[], ConcurrencyLimiter], handle: RawHandler, *, priority: bool = False) -> RawHandler:
    """Return `handle` behind a limiter, which is looked up at the first request."""

    async def limit(request: RawRequest) -> RawResponse:
        async with limiter().acquire(priority=priority):
            return await handle(request)

    return limit


def _refusal(error: Exception, path: str, method: str = "POST") -> RawResponse:
    status, headers, body = problem_answer(error, method=method, path=path)
    return RawResponse(status, body, headers, PROBLEM_TYPE)


async def _refuse_method(scope: Any, send: Send) -> None:
    """Answer OPTIONS with 204, other methods with 405. HEAD has no body."""
    headers = [(b"allow", b"OPTIONS, POST"), (b"cache-control", b"no-store")]
    status, body = HTTPStatus.NO_CONTENT, b""
    if scope["method"] != "OPTIONS":
        status, phrase = HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.METHOD_NOT_ALLOWED.phrase
        body = problem_body(status, "method-not-allowed", phrase, {})
        headers += [(b"content-type", PROBLEM_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    start: Any = {"type": "http.response.start", "status": int(status), "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def read_body(receive: Receive, *, bytes_max: int) -> bytes:
    """Return the received part, even if the client disconnects before the end. Raises `BodyTooLarge`."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message["body"]
        if len(body) > bytes_max:
            raise BodyTooLarge(f"A body has at most {bytes_max} bytes.")
        if not message.get("more_body"):
            return bytes(body)


async def send_answer(scope: Scope, send: Send, answer: RawResponse) -> None:
    """Send a whole response, in one call if the server can."""
    lines = [(b"content-type", answer.content_type.encode()), (b"content-length", b"%d" % len(answer.body))]
    lines += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    if answer_at_once(scope, answer.status, lines, answer.body):
        return
    start: Any = {"type": "http.response.start", "status": answer.status, "headers": lines}
    await send(start)
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
