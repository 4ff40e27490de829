"""The whole product with OpenSearch as its engine: search, suggestions, facets, an outage and the recovery."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
import pytest_asyncio

from admitone.testing.organizer import Organizer
from tests.limits import SECONDS_MAX
from tests.opensearch_server import SCRIPT
from tests.running import Stack, run_stack
from tests.servers import ServerUrls

pytestmark = [pytest.mark.opensearch, pytest.mark.xdist_group("stack")]

_STACKS_BEFORE = 16
"""The stacks of pytest's workers have the numbers below this one."""


class Node:
    """An OpenSearch of this module, which tests kill; it keeps its data and its port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = ""
        self.start()

    def start(self) -> None:
        port = self.url.rpartition(":")[2] or "0"
        command = [sys.executable, str(SCRIPT), "run", "--heap", "384m", "--port", port, "--data", str(self._folder)]
        self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self._server.stdout is not None
        word, _, self.url = self._server.stdout.readline().strip().partition(" ")
        assert word == "ready", "OpenSearch did not start; see its log on standard error"

    def stop(self) -> None:
        self._server.terminate()
        self._server.communicate(timeout=60)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("opensearch"))
    yield node
    node.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scaled(server_urls: ServerUrls, worker_number: int, node: Node) -> AsyncIterator[Stack]:
    settings = {"ADMITONE_SEARCH_URL": node.url}
    async with run_stack(server_urls, _STACKS_BEFORE + worker_number, settings) as stack:
        yield stack


async def becomes(http: httpx.AsyncClient, path: str, wanted: Any) -> httpx.Response:
    deadline = monotonic() + SECONDS_MAX
    while not wanted(answer := await http.get(path)):
        assert monotonic() < deadline, f"{path}: {answer.status_code} {answer.text}"
        await asyncio.sleep(0.02)
    return answer


def finds(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and bool(answer.json()["events"])


@pytest.mark.asyncio(loop_scope="module")
async def test_a_published_event_is_found_suggested_and_counted(scaled: Stack) -> None:
    async with Organizer.of(scaled) as organizer:
        await becomes(organizer.http, "/events/search", lambda answer: answer.status_code == 200)

        await organizer.show(standing=50, name="Zimtsternkonzert")

        found = await becomes(organizer.http, "/events/search?q=zimtstrenkonzert&facets=city,month", finds)
        suggested = (await organizer.http.get("/events/suggest?q=zimt")).json()["suggestions"]
    assert found.json()["did_you_mean"] == "zimtsternkonzert"
    assert [count["count"] for counts in found.json()["facets"].values() for count in counts] == [1, 1]
    assert ("event", "Zimtsternkonzert") in [(suggestion["type"], suggestion["name"]) for suggestion in suggested]


@pytest.mark.asyncio(loop_scope="module")
async def test_an_outage_of_the_engine_is_reported_and_ends(scaled: Stack, node: Node) -> None:
    async with Organizer.of(scaled) as organizer:
        show = await organizer.show(standing=50, name="Lebkuchenkonzert")
        await becomes(organizer.http, "/events/search?q=lebkuchen", finds)
        await asyncio.to_thread(node.stop)

        away = await organizer.http.get("/events/search?q=lebkuchen&price_max=123456")
        details = await organizer.http.get(f"/events/details/{show.id}")
        await organizer.show(standing=50, name="Marzipankonzert")
        await asyncio.to_thread(node.start)

        assert (away.status_code, away.json()["code"], bool(away.headers["Retry-After"])) == (503, "busy", True)
        assert details.status_code == 200
        await becomes(organizer.http, "/events/search?q=lebkuchen&price_max=123456", finds)
        await becomes(organizer.http, "/events/search?q=marzipankonzert", finds)
