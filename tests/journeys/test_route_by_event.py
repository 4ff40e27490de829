"""The gateway sends checkouts of one event to one of two booking processes; if it does not answer, to the other."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest_asyncio

from admitone.embedded.gateway import HTTP_ROLES
from tests.gateway_process import UNLIMITED, Echo, run_gateway
from tests.socket_servers import serve_connections

EVENTS = [f"evt_{number}" for number in range(40)]
FIRST, SECOND = "first", "second"


@dataclass
class Env:
    """`first` closes the first of both booking processes."""

    http: httpx.AsyncClient
    first: AsyncExitStack

    async def send(self, path: str, event: str | None = None) -> str:
        """Return the process that answered."""
        headers = {} if event is None else {"Event-Id": event}
        answer = await self.http.post(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["role"])


@pytest_asyncio.fixture
async def env() -> AsyncIterator[Env]:
    folder = Path(tempfile.mkdtemp(prefix="admitone-events-"))
    folder.chmod(0o755)
    upstreams = {role: [folder / f"{role}.sock"] for role in HTTP_ROLES}
    upstreams["booking"].append(folder / "booking-2.sock")
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        first = await stack.enter_async_context(AsyncExitStack())
        for closing, path, name in zip((first, stack), upstreams["booking"], (FIRST, SECOND), strict=True):
            await closing.enter_async_context(serve_connections(Echo(name).serve, path=path))
            path.chmod(0o666)
        options = replace(UNLIMITED, routes_by_event=True)
        gateway = stack.enter_context(run_gateway(options, upstreams=upstreams))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=gateway.address, timeout=30))
        yield Env(http, first)


async def test_requests_of_one_event_meet_and_events_spread(env: Env) -> None:
    chosen = {event: await env.send("/booking/checkout", event) for event in EVENTS}

    assert set(chosen.values()) == {FIRST, SECOND}
    for event, process in chosen.items():
        paths = ("/booking/checkout", "/booking/confirm", "/booking/release")
        assert [await env.send(path, event) for path in paths] == [process] * 3
        assert await env.send(f"/e/a-show-{event}/hold") == process
        assert await env.send(f"/e/{event}/hold") == process


async def test_a_repeatable_request_goes_where_the_event_does(env: Env) -> None:
    for event in EVENTS:
        headers = {"Event-Id": event, "Idempotency-Key": event}
        answers = [await env.http.post(path, headers=headers) for path in ("/booking/checkout", "/booking/confirm")]

        assert {answer.json()["role"] for answer in answers} == {await env.send("/booking/checkout", event)}


async def test_requests_without_an_event_go_to_any_process(env: Env) -> None:
    for unusable in (None, "", "evt 1", "e" * 65):
        answers = await asyncio.gather(*(env.send("/booking/checkout", unusable) for _ in range(40)))

        assert set(answers) == {FIRST, SECOND}


async def test_events_of_a_process_that_is_gone_move_to_the_other(env: Env) -> None:
    chosen = {event: await env.send("/booking/checkout", event) for event in EVENTS}

    await env.first.aclose()

    assert {await env.send("/booking/checkout", event) for event in chosen} == {SECOND}
