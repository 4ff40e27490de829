"""Read a browser's client token from its cookie, or issue it with the first hold. No cached page contains it."""

from typing import TypeVar

from litestar import Response

from admitone.kit.client_address import scope_address
from admitone.pages.contracts import Client
from admitone.pages.routes.rendering import PageRequest
from admitone.pages.usecases.deps import Deps

Body = TypeVar("Body")


def client_of(request: PageRequest, deps: Deps) -> Client:
    """Return the browser that its cookie identifies."""
    cookies = next((value for name, value in request.scope["headers"] if name == b"cookie"), None)
    return Client(deps.clients.read(cookies), scope_address(request.scope))


def client_or_new(request: PageRequest, deps: Deps) -> tuple[Client, str | None]:
    """Return the browser, and the cookie to set if it had no valid one."""
    known = client_of(request, deps)
    if known.id is not None:
        return known, None
    client_id, cookie = deps.clients.issue()
    return Client(client_id, known.address), cookie


def with_cookie(response: Response[Body], cookie: str | None) -> Response[Body]:
    """Return `response`, which sets the cookie if there is one."""
    if cookie is not None:
        response.headers["Set-Cookie"] = cookie
    return response
