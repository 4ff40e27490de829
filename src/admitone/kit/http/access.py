"""Check credentials before the body is read: a router whose guard finds the caller's identity for its handlers.

Litestar runs guards before it reads, decodes or validates a body, so a request without a valid key costs no more than
its headers. Handlers receive the identity (`identity: NamedDependency[Identity]`). The `Authorization` header ends
here.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from litestar import Response, Router
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import ControllerRouterHandler

from admitone.kit.http.body_limits import ORGANIZER_BYTES_MAX
from admitone.kit.http.caching import EXPECTED, NO_STORE
from admitone.kit.http.strict_request import AnyRequest

Needed = TypeVar("Needed")
Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]

NEEDED = "needed"
"""The key in a handler's `opt` that overrides what its router asks for: `opt={NEEDED: Role.SCANNER}`."""

TO_READ, TO_WRITE = "needed_to_read", "needed_to_write"
"""The keys in a keyed router's `opt`: the permission of handlers that name none themselves."""

BEARER_CHARACTERS_MAX = 1024


def keyed_router(
    path: str,
    handlers: Sequence[ControllerRouterHandler],
    *,
    authenticate: Callable[[str | None, Needed], Awaitable[Any]],
    to_read: Needed,
    to_write: Needed,
    tag: str | None = None,
) -> Router:
    """Return a router whose handlers need an API key, with the settings that such handlers share.

    `authenticate` takes (API key, what is needed) and returns the identity or raises a Refusal. GET and HEAD need
    `to_read`, all other methods `to_write`, unless the handler's `opt` says otherwise.
    """
    return Router(
        path=path,
        route_handlers=handlers,
        guards=[require_identity(authenticate)],
        opt={TO_READ: to_read, TO_WRITE: to_write},
        dependencies={"identity": Provide(identity_of, sync_to_thread=False), **EXPECTED},
        after_request=forbid_storing,
        request_max_body_size=ORGANIZER_BYTES_MAX,
        security=[{"api_key": []}],
        tags=None if tag is None else [tag],
    )


def require_identity(authenticate: Callable[[str | None, Needed], Awaitable[Any]]) -> Guard:
    """Return a guard that keeps the identity that `authenticate` returns."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        needed = needed_of(handler, connection.scope["method"])  # type: ignore[typeddict-item] # a request has one
        connection.state.identity = await authenticate(bearer_token(connection), needed)

    return guard


async def forbid_storing(response: Response[Any]) -> Response[Any]:
    """Forbid caches to store a response that a key opens, unless its handler says something else."""
    if not any(name.lower() == "cache-control" for name in response.headers):
        response.headers.update(NO_STORE)
    return response


def needed_of(handler: BaseRouteHandler, method: str) -> Any:
    """Return what a handler of a keyed router needs; None for a handler of any other router."""
    by_method = handler.opt.get(TO_READ if method in ("GET", "HEAD") else TO_WRITE)
    return handler.opt.get(NEEDED, by_method)


def identity_of(request: AnyRequest) -> Any:
    """Return the identity that the guard of this request found."""
    return request.state.identity


def bearer_token(connection: Connection) -> str | None:
    """Return the token of `Authorization: Bearer …`; None if it is missing, or absurdly long."""
    scheme, _, token = connection.headers.get("authorization", "").strip().partition(" ")
    token = token.strip()
    return token if scheme.lower() == "bearer" and 0 < len(token) <= BEARER_CHARACTERS_MAX else None
