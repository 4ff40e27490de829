"""The hot path behind the product's own HTTP server, on a socket, as the gateway uses it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from admitone.kit.http.connection_hijack import HijackableProtocol
from admitone.kit.http.hot_path import HotPath, RawRequest, RawResponse
from admitone.kit.refusal import InvalidParameter

PATH = "/booking/checkout"
READ = "/events/search"


async def echo(request: RawRequest) -> RawResponse:
    """Answer slowly, refuse, or echo the body, as the request says."""
    if request.body == b"slow":
        await asyncio.sleep(0.05)
    if request.body == b"refuse":
        raise InvalidParameter("body", "Not this one.")
    return RawResponse(201, request.body, {"Location": "/booking/1"}, "text/plain")


async def read(request: RawRequest) -> RawResponse:
    if request.query == b"refuse":
        raise InvalidParameter("refuse", "Not this one.")
    return RawResponse(200, request.query, {"Cache-Control": "public"}, "text/plain")


async def framework(scope: Any, _receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[str]:
    address = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        app = HotPath(framework, {PATH: echo}, reads={READ: read})
        config = uvicorn.Config(app, http=HijackableProtocol, lifespan="off", log_config=None, access_log=False)
        running = uvicorn.Server(config)
        serving = asyncio.create_task(running.serve(sockets=[listener]))
        yield address
        running.should_exit = True
        await serving


def post(body: bytes, *, path: str = PATH, headers: str = "", version: str = "1.1", method: str = "POST") -> bytes:
    head = f"{method} {path} HTTP/{version}\r\nHost: here\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(status.split()[1]), headers, await reader.readexactly(int(headers["content-length"]))


async def test_one_connection_serves_many_requests_and_other_paths_go_to_the_framework(server: str) -> None:
    reader, writer = await asyncio.open_unix_connection(server)
    answers = []
    for request in (post(b"one"), post(b"x", path="/elsewhere"), post(b"refuse"), post(b""), post(b"two")):
        writer.write(request)
        answers.append(await read_answer(reader))
    writer.close()

    assert [(status, body) for status, _, body in answers if status != 400] == [
        (201, b"one"),
        (404, b""),
        (201, b""),
        (201, b"two"),
    ]
    assert answers[0][1]["location"] == "/booking/1"
    assert answers[0][1]["content-type"] == "text/plain"
    assert (answers[2][0], answers[2][1]["content-type"]) == (400, "application/problem+json")


async def test_requests_sent_at_once_are_answered_in_their_order(server: str) -> None:
    reader, writer = await asyncio.open_unix_connection(server)
    writer.write(post(b"slow") + post(b"second") + post(b"third"))

    answers = [await read_answer(reader) for _ in range(3)]
    writer.close()

    assert [body for _, _, body in answers] == [b"slow", b"second", b"third"]


async def test_another_method_is_refused_and_the_connection_stays_open(server: str) -> None:
    reader, writer = await asyncio.open_unix_connection(server)
    writer.write(post(b"", method="PUT") + post(b"", method="DELETE") + post(b"next"))

    answers = [await read_answer(reader) for _ in range(3)]
    writer.close()

    assert [status for status, _, _ in answers] == [405, 405, 201]
    assert answers[0][1]["allow"] == "OPTIONS, POST"
    assert json.loads(answers[0][2])["code"] == "method-not-allowed"


async def test_options_returns_the_methods_of_a_path(server: str) -> None:
    reader, writer = await asyncio.open_unix_connection(server)
    writer.write(b"OPTIONS /booking/checkout HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    answer = (await reader.read()).decode().lower()
    writer.close()

    assert answer.startswith("http/1.1 204")
    assert "allow: options, post" in answer


@pytest.mark.parametrize(("query", "named"), [("email=ada", "email"), ("a&b=1", "a"), ("%C3%BC=1", "ü")])
async def test_a_parameter_is_refused_by_name(server: str, query: str, named: str) -> None:
    reader, writer = await asyncio.open_unix_connection(server)
    writer.write(post(b"x", path=f"{PATH}?{query}"))
    status, _, body = await read_answer(reader)
    writer.close()

    assert (status, json.loads(body)["code"], json.loads(body)["parameter"]) == (400, "invalid-parameter", named)


async def test_connection_close_closes_after_the_answer(server: str) -> None:
    for request in (post(b"bye", headers="Connection: close\r\n"), post(b"bye", version="1.0")):
        reader, writer = await asyncio.open_unix_connection(server)
        writer.write(request)
        status, headers, body = await read_answer(reader)
        rest = await reader.read()
        writer.close()

        assert (status, body, rest) == (201, b"bye", b"")
        assert headers["connection"] == "close"


async def test_a_body_in_pieces_is_joined(server: str) -> None:
    reader, writer = await asyncio.open_unix_connection(server)
    whole = post(b"in three pieces")
    for piece in (whole[:40], whole[40:-5], whole[-5:]):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    status, _, body = await read_answer(reader)
    writer.close()

    assert (status, body) == (201, b"in three pieces")


async def test_a_read_is_answered_with_its_query_and_other_methods_go_to_the_framework(server: str) -> None:
    reader, writer = await asyncio.open_unix_connection(server)
    answers = []
    for request in (
        post(b"", path=f"{READ}?q=x&q=y", method="GET"),
        post(b"", path=f"{READ}?refuse", method="GET"),
        post(b"", path=READ, method="DELETE"),
        post(b"", path=READ, method="GET"),
    ):
        writer.write(request)
        answers.append(await read_answer(reader))
    writer.close()

    assert [status for status, _, _ in answers] == [200, 400, 404, 200]
    assert [body for status, _, body in answers if status == 200] == [b"q=x&q=y", b""]
    assert answers[0][1]["cache-control"] == "public"
    assert json.loads(answers[1][2])["parameter"] == "refuse"
