"""A full disk under nginx (access log, caches, request bodies) breaks neither a sale nor a page."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from admitone.embedded.cache_switch import CacheSwitch
from admitone.embedded.gateway import HTTP_ROLES
from tests.gateway_process import Echo, Gateway, run_gateway, serve_echoes
from tests.mounts import fill_disk

DISK_MEGABYTES = 2


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with run_gateway(disk_megabytes=DISK_MEGABYTES) as running:
        fill_disk(running.folder)
        CacheSwitch(running.folder).check()
        yield running


@pytest_asyncio.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    async with serve_echoes(gateway, {role: Echo(role) for role in HTTP_ROLES}) as client:
        yield client


async def test_a_sale_continues(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/booking/checkout", content=b" " * 60_000) for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize(
    "path",
    [
        "/e/evt_1?cc=public,max-age=30",
        "/events/details/evt_1?cc=public,max-age=30",
        "/events/evt_1/seats?cc=public,max-age=1",
        "/events/evt_1/queue?cc=public,max-age=1",
        "/events/search?q=a&cc=public,max-age=30",
    ],
)
async def test_cached_answers_are_complete(client: httpx.AsyncClient, path: str) -> None:
    for _ in range(3):
        answer = await client.get(path)

        assert answer.status_code == 200
        assert answer.json()["pad"]


async def test_a_body_without_disk_space_is_answered_as_busy(client: httpx.AsyncClient) -> None:
    answer = await client.post("/organizer/seat-maps", content=b" " * 4_000_000)

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["Retry-After"] in {"1", "2", "3"}
