"""Who may use organizer routes: decided before a body is read."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from admitone.catalogue.usecases.deps import Deps
from admitone.organizers.contracts import Identity, Role

Given = NamedDependency[Deps]
Caller = NamedDependency[Identity]
"""Whom the guard let in."""

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def require_key(provide: Callable[[], Deps]) -> Guard:
    """Return a guard: whoever reads needs the role box office, whoever writes manager."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        needed = Role.BOX_OFFICE if connection.scope.get("method") in ("GET", "HEAD") else Role.MANAGER
        identity = await provide().authenticate(connection.headers.get("authorization"), needed)
        connection.state.identity = identity

    return guard


def identity_of(request: Request[Any, Any, Any]) -> Identity:
    """Return whom the guard let in."""
    identity: Identity = request.state.identity
    return identity
