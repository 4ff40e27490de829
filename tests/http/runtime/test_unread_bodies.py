"""A refusal sent before the whole body was read reaches the client; the connection stays or closes as announced."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")

BODY_BYTES = 800_000
SECONDS_MAX = 60.0
TYPE = "Content-Type"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(to: str | Path) -> Streams:
    if isinstance(to, Path):
        return await asyncio.open_unix_connection(str(to))
    url = httpx.URL(to)
    return await asyncio.open_connection(url.host, url.port)


async def upload(writer: asyncio.StreamWriter, path: str, headers: list[str], *, size: int = BODY_BYTES) -> None:
    """Send the whole body whatever arrives meanwhile, as most clients do."""
    lines = [f"POST {path} HTTP/1.1", "Host: here", f"Content-Length: {size}", *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    for _ in range(size // 8000):
        writer.write(b"x" * 8000)
        await writer.drain()


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS_MAX)
    status, *lines = head.decode().strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    await asyncio.wait_for(reader.readexactly(int(headers["content-length"])), SECONDS_MAX)
    return int(status.split()[1]), headers


async def upload_and_go_on(to: str | Path, path: str, headers: list[str]) -> tuple[int, bool]:
    """Return the status, and whether the connection did as the answer said: stayed open, or closed without a reset."""
    reader, writer = await connect(to)
    await upload(writer, path, headers)
    status, answered = await read_answer(reader)
    if answered.get("connection") == "close":
        is_true = await asyncio.wait_for(reader.read(), SECONDS_MAX) == b""
    else:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        is_true = (await read_answer(reader))[0] == 200
    writer.close()
    return status, is_true


def refused_anywhere(api_key: str) -> list[tuple[str, str, list[str], int]]:
    """(role, path, headers, status)"""
    key, lines, json = f"Authorization: Bearer {api_key}", f"{TYPE}: application/x-ndjson", f"{TYPE}: application/json"
    return [
        ("catalogue", "/organizer/imports", [lines], 401),
        ("catalogue", "/organizer/imports", [key, f"{TYPE}: text/plain"], 415),
        ("catalogue", "/organizer/imports", [key, lines, "Sec-Fetch-Site: cross-site"], 403),
        ("catalogue", "/organizer/imports?from=here", [key, lines], 400),
        ("catalogue", "/organizer/venues", [json], 401),
        ("catalogue", "/organizer/venues", [key, f"{TYPE}: text/plain"], 415),
        ("booking", "/organizer/promo-codes", [json, "Idempotency-Key: one"], 401),
        ("booking", "/booking/checkout", [json], 413),
        ("booking", "/booking/release", [json], 413),
        ("booking", "/booking/release", [json, "Idempotency-Key: two"], 413),
    ]


def refused_by_a_role(api_key: str) -> list[tuple[str, str, list[str], int]]:
    json = f"{TYPE}: application/json"
    return [
        *refused_anywhere(api_key),
        ("booking", "/booking/checkout", [json, "Origin: https://evil.example"], 403),
        ("booking", "/booking/nothing/here", [json], 404),
        ("booking", "/booking/checkout/", [json], 404),
    ]


async def test_through_the_gateway(stack: Stack) -> None:
    for _, path, headers, status in refused_anywhere(stack.api_key):
        seen = await upload_and_go_on(stack.address, path, headers)
        assert (path, headers, *seen) == (path, headers, status, True)


async def test_at_a_role(stack: Stack) -> None:
    for role, path, headers, status in refused_by_a_role(stack.api_key):
        seen = await upload_and_go_on(stack.sockets[role], path, headers)
        assert (path, headers, *seen) == (path, headers, status, True)
