"""A browser of the console's tests: it keeps cookies, follows no redirect, and reads fields from pages."""

import html
import re
from typing import Any

import httpx
from litestar.types import ASGIApp

ADDRESS = "http://testserver.local"


class Browser:
    """`csrf`: the token of this session's forms."""

    def __init__(self, app: ASGIApp) -> None:
        transport = httpx.ASGITransport(app, client=("203.0.113.7", 0))  # type: ignore[arg-type] # two spellings of ASGI
        self.http = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"User-Agent": "Browser/1"})
        self.csrf = ""

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def post(self, path: str, data: dict[str, Any]) -> httpx.Response:
        return await self.http.post(path, data=data)

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form of this session."""
        return await self.post(path, {"csrf_token": self.csrf, **fields})


def field_of_page(page: httpx.Response, name: str) -> str:
    """Return the value of the first field of this name."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page.text)
    assert found is not None, f"{name} is no field of this page:\n{page.text[:3000]}"
    return html.unescape(found[1])


def text_of(page: httpx.Response) -> str:
    """Return the page's words without markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
