"""The client token of a browser: read from its cookie, issued with its first hold. No cached page carries it."""

from typing import TypeVar

from litestar import Response

from admitone.booking.contracts import Client
from admitone.kit.http.client_address import scope_address
from admitone.kit.http.client_cookie import issue_client, read_client
from admitone.kit.refusal import Kind, Refusal
from admitone.pages.routes.rendering import PRIVATE, PageRequest, page_headers
from admitone.pages.usecases.deps import Deps

Body = TypeVar("Body")

_INTRODUCED = "introduced"
"""Query parameter of a form that was sent again after its browser was given a client token."""


class CookiesRequired(Refusal):
    """The browser sent a form without the client token that it had just been given."""

    code = "cookies-required"
    kind = Kind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("Allow cookies for this site: without them it cannot tell who holds the tickets.")


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


def introduce(request: PageRequest, deps: Deps) -> Response[bytes] | None:
    """Return the redirect that gives a new browser its client token and makes it send its form again; None for a
    browser that has one.

    A form takes effect under a client token only, so that a second press is known to come from the same browser.
    Raises `CookiesRequired` where the browser does not keep the cookie.
    """
    if client_of(request, deps).id is not None:
        return None
    if _INTRODUCED in request.query_params:
        raise CookiesRequired
    _, cookie = issue_client(deps.clients)
    query = "&".join(part for part in (request.url.query, f"{_INTRODUCED}=yes") if part)
    headers = {**page_headers(), "Location": f"{request.url.path}?{query}", "Cache-Control": PRIVATE}
    # 307: unlike after 303, the browser sends the same method and body.
    return with_cookie(Response(b"", status_code=307, headers=headers), cookie)
