"""The client token of a browser: read from its cookie, issued with its first hold. No cached page carries it."""

from typing import TypeVar

from litestar import Response

from admitone.kit.http.client_address import scope_address
from admitone.kit.http.client_cookie import issue_client, read_client
from admitone.pages.contracts import Client
from admitone.pages.routes.rendering import PageRequest
from admitone.pages.usecases.deps import Deps

Body = TypeVar("Body")


def client_of(request: PageRequest, deps: Deps) -> Client:
    """Return the browser as its cookie names it."""
    cookies = next((value for name, value in request.scope["headers"] if name == b"cookie"), None)
    return Client(read_client(deps.clients, cookies), scope_address(request.scope))


def client_or_new(request: PageRequest, deps: Deps) -> tuple[Client, str | None]:
    """Return the browser, and the cookie to set where it had no valid one."""
    known = client_of(request, deps)
    if known.id is not None:
        return known, None
    client_id, cookie = issue_client(deps.clients)
    return Client(client_id, known.address), cookie


def with_cookie(response: Response[Body], cookie: str | None) -> Response[Body]:
    """Return `response`, which sets the cookie where there is one."""
    if cookie is not None:
        response.headers["Set-Cookie"] = cookie
    return response
