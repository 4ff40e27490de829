"""Every path has one spelling: no other spelling reaches a handler, through the gateway or at a role."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
from litestar.routes import HTTPRoute

from admitone.pages.routes import router
from admitone.testing.buyer import Buyer
from tests.http.runtime.contract import read_operations
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")

# The paths that the document leaves out: for operators, for the gateway, for other clients.
MORE_PATHS = ("/metrics", "/schema", "/schema/openapi.json", "/events/search/generation", "/discovery/v2/events.json")
PAGES = (
    "/about",
    "/privacy",
    "/search",
    "/problems",
    "/performer/p",
    "/venue/v",
    "/e/x",
    "/e/x/queue",
    "/checkout/b",
    "/my/b",
)


def _no_deps() -> NoReturn:
    raise AssertionError("these routes are listed, not called")


def page_requests() -> set[tuple[str, str]]:
    """Return (method, path) of every page and form, with an unknown name for each parameter."""
    every = router(provide_pages=_no_deps, provide_forms=_no_deps).routes
    routes = [route for route in every if "rest:path" not in route.path and route.path != "/"]
    return {
        (method, re.sub(r"\{[^}]*\}", "x", route.path))
        for route in routes
        if isinstance(route, HTTPRoute)
        for method in {"GET", "POST"} & route.methods
    }


def other_spellings(path: str) -> list[str]:
    first = path[1]
    return [
        f"{path}/",
        f"{path}//",
        f"/{path}",
        f"/.{path}",
        f"/x/..{path}",
        f"/%{ord(first):02X}{path[2:]}",
        f"/{path[1:].replace('/', '%2F')}" if "/" in path[1:] else f"{path}%2F",
    ]


@dataclass(frozen=True)
class RawAnswer:
    status: int
    headers: dict[str, str]


async def send(to: str | Path, method: str, path: str) -> RawAnswer:
    """Send `path` unchanged to a role's socket or the gateway's address: a client library would normalize it."""
    if isinstance(to, Path):
        reader, writer = await asyncio.open_unix_connection(str(to))
    else:
        url = httpx.URL(to)
        reader, writer = await asyncio.open_connection(url.host, url.port)
    lines = (f"{method} {path} HTTP/1.1", "Host: here", "Accept: application/json", "Connection: close")
    writer.write("\r\n".join([*lines, "Content-Length: 0", "", ""]).encode())
    status, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    writer.close()
    return RawAnswer(int(status.split()[1]), {n.lower(): v for n, v in (line.split(": ", 1) for line in headers)})


async def test_no_path_of_the_contract_has_another_spelling(stack: Stack, ada: Buyer) -> None:
    paths = {(operation.method, operation.path) for operation in await read_operations(ada.http)}
    pages = page_requests()
    paths |= pages | {("GET", path) for path in MORE_PATHS}
    reached = {
        (method, spelling): answer.status
        for method, path in sorted(paths)
        for spelling in other_spellings(path)
        if (answer := await send(stack.address, method, spelling)).status != 404
        and not (spelling == f"{path}/" and (method, path) in pages and answer.status == 308)
    }

    assert len(pages) > 15
    assert len(paths) > 85
    assert reached == {}


async def test_no_answer_is_cached_for_another_spelling(stack: Stack) -> None:
    for path in ("/events/search", "/events/suggest", "/discovery/v2/events.json"):
        asked = f"{path}?q=jazz" if path == "/events/suggest" else path
        query = asked.removeprefix(path)
        own = [(await send(stack.address, "GET", asked)).status for _ in range(2)]
        others = [(await send(stack.address, "GET", spelling + query)).status for spelling in other_spellings(path)]

        assert (path, own, others) == (path, [200, 200], [404] * len(others))


@pytest.mark.parametrize("role", ["catalogue", "search", "booking", "live", "pages"])
async def test_no_role_serves_its_metrics_under_another_spelling(stack: Stack, role: str) -> None:
    spellings = other_spellings("/metrics")
    answers = [await send(stack.sockets[role], "GET", spelling) for spelling in spellings]

    assert [answer.status for answer in answers] == [404] * len(spellings)
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_redirects_to_its_own_address(stack: Stack, page: str) -> None:
    answer = await send(stack.address, "GET", f"{page}/?t=1&utm_source=mail")

    assert (answer.status, answer.headers["location"]) == (308, f"{page}?t=1&utm_source=mail")


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example/about/", "/about//", "/%2Fevil.example/"])
async def test_no_redirect_leads_to_another_site(stack: Stack, path: str) -> None:
    answer = await send(stack.address, "GET", path)

    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")
