"""Fetching pictures from addresses that organizers write: real servers on this machine, and the addresses refused."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from admitone.catalogue.adapters import picture_fetcher
from admitone.catalogue.adapters.picture_fetcher import PictureFetcher, is_public
from admitone.catalogue.contracts import PICTURE_BYTES_MAX
from admitone.catalogue.domain.pictures import PictureRefused, PictureUnreachable
from tests.socket_servers import port_of, serve_connections

PICTURE = b"\xff\xd8 a picture"


@asynccontextmanager
async def host(*answers: bytes | None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Serve one answer for each connection; None: never answer. Yield the address and the requests' heads."""
    asked: list[bytes] = []
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        answer = left.pop(0)
        if answer is not None:
            writer.write(answer)
            await writer.drain()
        else:
            await reader.read()

    async with serve_connections(serve) as server:
        yield f"http://localhost:{port_of(server)}", asked


def answer(body: bytes, *, status: str = "200 OK", media_type: str = "image/jpeg", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def fetcher(url: str, **options: float) -> PictureFetcher:
    """Fetch from this machine, and from the port of `url`."""
    port = int(url.rpartition(":")[2])
    return PictureFetcher(is_allowed=lambda address: address.is_loopback, ports=frozenset({port}), **options)


async def test_the_bytes_arrive_and_the_host_is_asked_by_its_name() -> None:
    async with host(answer(PICTURE)) as (url, asked):
        assert await fetcher(url).fetch(f"{url}/a.jpg?size=2") == PICTURE
    assert asked[0].startswith(b"GET /a.jpg?size=2 HTTP/1.1\r\n")
    assert f"host: {url.removeprefix('http://')}".encode() in asked[0].lower()
    assert b"cookie" not in asked[0].lower()


async def test_redirects_are_followed_a_few_times() -> None:
    again = answer(b"", status="302 Found", more="Location: /next\r\n")
    async with host(again, again, answer(PICTURE)) as (url, asked):
        assert await fetcher(url).fetch(url) == PICTURE
    assert asked[1].startswith(b"GET /next ")
    async with host(again, again, again, again, again) as (url, _):
        with pytest.raises(PictureRefused, match="redirects more than 3 times"):
            await fetcher(url).fetch(url)


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://10.0.0.1/", "file:///etc/passwd"]
)
async def test_a_redirect_into_the_internal_network_is_refused(address: str) -> None:
    async with host(answer(b"", status="302 Found", more=f"Location: {address}\r\n")) as (url, asked):
        port = int(url.rpartition(":")[2])
        # The first hop is allowed as if it were public.
        only_here = PictureFetcher(
            is_allowed=lambda found: is_public(found) or str(found) == "127.0.0.1", ports=frozenset({port, 80, 443})
        )
        with pytest.raises(PictureRefused):
            await only_here.fetch(url.replace("localhost", "127.0.0.1"))
    assert len(asked) == 1


async def test_a_name_is_resolved_once_and_every_address_must_be_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: a second answer never matters, because the connection goes to the address that was checked."""
    loop = asyncio.get_running_loop()
    answers = [["93.184.216.34", "192.168.0.7"], ["127.0.0.1"]]
    asked: list[str] = []

    async def resolve(name: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in answers.pop(0)]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    with pytest.raises(PictureRefused, match="not on the public internet"):
        await PictureFetcher().fetch("https://rebinding.example/a.jpg")
    async with host(answer(PICTURE)) as (url, heads):
        port = url.rpartition(":")[2]
        found = await fetcher(url).fetch(f"http://rebinding.example:{port}/a.jpg")
    assert (found, asked) == (PICTURE, ["rebinding.example", "rebinding.example"])
    assert f"host: rebinding.example:{port}".encode() in heads[0].lower()


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/a.jpg",
        "http://127.0.0.1/a.jpg",
        "http://2130706433/a.jpg",
        "http://[::ffff:127.0.0.1]/a.jpg",
        "http://[64:ff9b::7f00:1]/a.jpg",
        "http://[2002:7f00:1::1]/a.jpg",
        "http://[fd00::1]/a.jpg",
        "http://0.0.0.0/a.jpg",
        "http://100.64.0.1/a.jpg",
        "http://169.254.169.254/a.jpg",
        "http://224.0.0.1/a.jpg",
        "https://band.example:6379/a.jpg",
        "https://name:word@band.example/a.jpg",
        "ftp://band.example/a.jpg",
        "file:///etc/passwd",
        "http:///a.jpg",
    ],
)
async def test_addresses_that_lead_inside_are_refused(url: str) -> None:
    with pytest.raises(PictureRefused):
        await PictureFetcher().fetch(url)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("93.184.216.34", True), ("2606:2800:220:1::1", True), ("172.16.0.1", False), ("fe80::1", False), ("::", False)],
)
def test_public_addresses(address: str, expected: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is expected


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (answer(b"", status="404 Not Found"), PictureRefused),
        (answer(b"<html>", media_type="text/html"), PictureRefused),
        (answer(b"", status="503 Service Unavailable"), PictureUnreachable),
        (b"", PictureUnreachable),
        (b"no HTTP\r\n\r\n", PictureUnreachable),
    ],
    ids=["404", "html", "503", "closed", "garbage"],
)
async def test_other_answers_are_refused_or_tried_again(given: bytes, refusal: type[Exception]) -> None:
    async with host(given) as (url, _):
        with pytest.raises(refusal):
            await fetcher(url).fetch(url)


async def test_a_body_that_is_too_large_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_fetcher, "PICTURE_BYTES_MAX", 100)
    async with host(answer(b"x" * 101)) as (url, _):
        with pytest.raises(PictureRefused, match="more than"):
            await fetcher(url).fetch(url)
    assert PICTURE_BYTES_MAX > 100


async def test_a_host_that_keeps_silent_is_left() -> None:
    async with host(None) as (url, _):
        with pytest.raises(PictureUnreachable, match="did not arrive"):
            await fetcher(url, seconds_max=0.2).fetch(url)
