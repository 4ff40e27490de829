"""A browser of the console's tests: it keeps cookies, follows no redirect, and reads fields from pages."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from litestar.types import ASGIApp

ADDRESS = "http://testserver.local"


class Browser:
    """`csrf`: the token of this session's forms."""

    def __init__(self, app: ASGIApp, *, email: str = "", address: str = "203.0.113.7") -> None:
        transport = httpx.ASGITransport(app, client=(address, 0))  # type: ignore[arg-type] # two spellings of ASGI
        self.http = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"User-Agent": "Browser/1"})
        self.email = email
        self.csrf = ""

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def post(self, path: str, data: dict[str, Any]) -> httpx.Response:
        return await self.http.post(path, data=data)

    async def send(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form of this session."""
        return await self.post(path, {"csrf_token": self.csrf, **fields})

    async def read_csrf(self) -> None:
        """Read the token of this session's forms from a page."""
        self.csrf = field_of_page(await self.get("/console"), "csrf_token")

    @property
    def token(self) -> str:
        """Return the session's token."""
        return str(self.http.cookies["admitone-console"])


def field_of_page(page: httpx.Response, name: str) -> str:
    """Return the value of the first field of this name."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page.text)
    assert found is not None, f"{name} is no field of this page:\n{page.text[:3000]}"
    return html.unescape(found[1])


def text_of(page: httpx.Response) -> str:
    """Return the page's words without markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[None]:
    """Run the lifespan of an application on this event loop: pools belong to the loop that opened them."""
    received: asyncio.Queue[Any] = asyncio.Queue()
    sent: asyncio.Queue[Any] = asyncio.Queue()
    scope: Any = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    task: asyncio.Task[None] = asyncio.create_task(app(scope, received.get, sent.put))  # type: ignore[arg-type] # two spellings of ASGI
    try:
        await received.put({"type": "lifespan.startup"})
        assert (await sent.get())["type"] == "lifespan.startup.complete"
        yield
        await received.put({"type": "lifespan.shutdown"})
        assert (await sent.get())["type"] == "lifespan.shutdown.complete"
    finally:
        await task


def domain_of(organization_id: str) -> str:
    """Return a domain of this organization's people."""
    return f"{organization_id.replace('_', '-')}.example"
