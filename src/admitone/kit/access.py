"""Check credentials before the body is read: a guard for a router, and the identity that it found for its handlers.

Litestar runs guards before it reads, decodes or validates a body. A stranger's megabyte therefore costs a header.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from admitone.kit.problem import AnyRequest

Needed = TypeVar("Needed")
Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

NEEDED = "needed"
"""The key in a handler's `opt` that overrides what its router asks for: `opt={NEEDED: Role.SCANNER}`."""

BEARER_CHARACTERS_MAX = 1024


def require_identity(
    provide: Callable[[], Callable[[str | None, Needed], Awaitable[Any]]], *, to_read: Needed, to_write: Needed
) -> Guard:
    """Return a guard that keeps what the provided function returns for (Authorization header, what is needed).

    GET and HEAD need `to_read`, all other methods `to_write`, unless the handler's `opt` says otherwise.
    """

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        by_method = to_read if connection.scope.get("method") in ("GET", "HEAD") else to_write
        needed = handler.opt.get(NEEDED, by_method)
        connection.state.identity = await provide()(connection.headers.get("authorization"), needed)

    return guard


def identity_of(request: AnyRequest) -> Any:
    """Return the identity that the guard of this request found."""
    return request.state.identity


def bearer_token(connection: Connection) -> str | None:
    """Return the token of `Authorization: Bearer …`; None where there is none, or an absurdly long one."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and 0 < len(token) <= BEARER_CHARACTERS_MAX else None
