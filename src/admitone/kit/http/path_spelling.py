"""Accept one spelling of each path: another one gets 404, or 308 if it is a page's path with a trailing slash.

The gateway matches its locations (limits, `deny all`) against a normalized path; the framework drops empty segments and
decodes escapes in a way of its own. Without this layer `/metrics/` or `/booking//checkout` would reach a handler past
the gateway's location.
"""

import re
from collections.abc import Callable
from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from admitone.kit.http.problem import PROBLEM_TYPE, problem_answer
from admitone.kit.refusal import Kind, Refusal

# An empty or dotted segment, a backslash, an escaped slash or backslash, or an escape of a letter, digit, "-", ".",
# "_" or "~", which RFC 3986 (2.3) wants written as they are.
_OTHER_SPELLING = re.compile(
    rb"//|/\.{1,2}(?:/|$)|\\|%(?:2[dDeEfF]|3[0-9]|4[1-9a-fA-F]|5[0-9aAcCfF]|6[1-9a-fA-F]|7[0-9aAeE])"
)


class NoSuchPath(Refusal):
    """The path is another spelling of one that may exist."""

    code = "not-found"
    kind = Kind.NOT_FOUND


class OneSpelling:
    """ASGI, outermost. `is_page`: whether a path without its trailing slash is a page's."""

    def __init__(self, app: ASGIApp, is_page: Callable[[str], bool]) -> None:
        self._app = app
        self._is_page = is_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = _raw_path(scope)
        if raw == b"/" or not (raw.endswith(b"/") or _OTHER_SPELLING.search(raw)):
            await self._app(scope, receive, send)
            return
        page = raw.removesuffix(b"/")
        is_proper = page != raw and not page.endswith(b"/") and not _OTHER_SPELLING.search(page)
        if is_proper and self._is_page(page.decode("latin-1")):
            await _redirect(send, page, scope["query_string"])
            return
        refusal = NoSuchPath("Every path has one spelling: without a slash at its end, without needless escapes.")
        status, headers, body = problem_answer(refusal, method="", path="")
        await _answer(send, status, {"Content-Type": PROBLEM_TYPE, **headers}, body)


def _raw_path(scope: Any) -> bytes:
    """Return the path as it was sent; `/` for a scope that is not a request (the lifespan)."""
    raw: bytes = scope.get("raw_path", b"/") if scope["type"] == "http" else b"/"
    return raw.partition(b"?")[0]


async def _redirect(send: Send, page: bytes, query: bytes) -> None:
    location = page + b"?" + query if query else page
    await _answer(send, 308, {"Location": location.decode("latin-1"), "Cache-Control": "no-store"}, b"")


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    lines.append((b"content-length", b"%d" % len(body)))
    start: Any = {"type": "http.response.start", "status": status, "headers": lines}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})
