"""A test application behind both entry points of `Idempotency-Key`: framework routes and the hot path."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from litestar import HttpMethod, Litestar, Request, Response, route
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp

from admitone.kit.http.hot_path import HotPath, RawRequest, RawResponse
from admitone.kit.http.idempotency import Idempotency, remembered
from admitone.kit.http.idempotency_records import Records
from admitone.kit.refusal import Kind, Refusal

EXEMPT = "/organizer/imports"
PATHS = ["/booking/checkout", "/booking/confirm"]
SECRET = "a secret of an installation, for tests"
ANY_SCOPE = {"type": "http", "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1"}


@dataclass
class Answered:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


class KeyRevoked(Refusal):
    code = "not-authenticated"
    kind = Kind.UNAUTHENTICATED


@dataclass
class Shop:
    """The application: counts the requests that reach it and answers as configured."""

    status: int = 201
    body: bytes = b'{"ok":true}'
    calls: list[bytes] = field(default_factory=list)
    attempts: list[str | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None
    revoked: bytes | None = None
    """A credential that is no longer valid."""

    async def serve(self, body: bytes) -> None:
        self.calls.append(body)
        await self.gate.wait()
        if self.error is not None:
            raise self.error


Post = Callable[..., Coroutine[Any, Any, Answered]]


def entrance(kind: str, shop: Shop, records: Records) -> ASGIApp:
    """The same application as framework routes or in the hot path; exceptions reach the test."""
    raised: list[Exception] = []
    served = framework(shop, records, raised) if kind == "middleware" else hot_path(shop, records, raised)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await served(scope, receive, send)
        if raised:
            raise raised.pop()

    return app


def framework(shop: Shop, records: Records, raised: list[Exception]) -> ASGIApp:
    @route([*PATHS, EXEMPT], http_method=[HttpMethod.POST, HttpMethod.PUT])
    async def serve(request: Request[Any, Any, Any]) -> Response[bytes]:
        await shop.serve(await request.body())
        return Response(shop.body, status_code=shop.status, headers={"Location": "/booking/1"})

    async def check(request: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        if shop.revoked is not None and request.headers.get("authorization", "").encode() == shop.revoked:
            raise KeyRevoked("This key was revoked.")

    def note(_request: Any, error: Exception) -> Response[bytes]:
        raised.append(error)
        return Response(b"", status_code=500)

    idempotency = Idempotency(records, (EXEMPT,))
    return Litestar(
        [serve],
        guards=[check],
        middleware=[idempotency.middleware],
        before_request=idempotency.before,
        exception_handlers={Exception: note},
        openapi_config=None,
        logging_config=None,
    )


def hot_path(shop: Shop, records: Records, raised: list[Exception]) -> ASGIApp:
    async def serve(request: RawRequest) -> RawResponse:
        shop.attempts.append(request.attempt_id)
        await shop.serve(request.body)
        return RawResponse(shop.status, shop.body, {"Location": "/booking/1"})

    remember = remembered(serve, records)

    async def noted(request: RawRequest) -> RawResponse:
        try:
            return await remember(request)
        except Exception as error:
            raised.append(error)
            raise

    return HotPath(framework(shop, records, raised), dict.fromkeys(PATHS, noted))


def posting(app: ASGIApp) -> Post:
    async def post(
        body: bytes = b"{}",
        *,
        key: bytes | None = b"k-1",
        path: str = "/booking/checkout",
        method: str = "POST",
        authorization: bytes | None = None,
        cookie: bytes | None = None,
    ) -> Answered:
        answered = Answered(0, {}, b"")
        chunks = [body[:3], body[3:]]

        async def receive() -> Any:
            chunk = chunks.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answered.status, answered.headers = message["status"], dict(message["headers"])
            else:
                answered.body += message["body"]

        headers = [(b"idempotency-key", key)] if key is not None else []
        headers += [(b"authorization", authorization)] if authorization is not None else []
        headers += [(b"cookie", cookie)] if cookie is not None else []
        scope: Any = {**ANY_SCOPE, "method": method, "path": path, "raw_path": path.encode(), "headers": headers}
        await app(scope, receive, send)
        return answered

    return post
