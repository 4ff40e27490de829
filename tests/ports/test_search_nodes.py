"""OpenSearch with three nodes, of which one dies or falls silent."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from admitone.runtime.search_check import check_search
from admitone.runtime.server_checks import ServerCheckError
from admitone.search.adapters.opensearch_index import OpenSearchIndex
from admitone.search.contracts import SearchQuery
from tests.opensearch_nodes import Nodes
from tests.ports.search_documents import NOW, document, in_batches
from tests.ports.search_engines import READ_SECONDS_MAX

pytestmark = [pytest.mark.opensearch, pytest.mark.xdist_group("opensearch-nodes")]
SEARCHES = 12
"""Several for each node."""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    nodes = Nodes(tmp_path_factory.mktemp("opensearch-nodes"))
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.stop()


@pytest.fixture
def prefix() -> str:
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture
async def index(nodes: Nodes, prefix: str) -> AsyncIterator[OpenSearchIndex]:
    index = OpenSearchIndex(nodes.urls, prefix=prefix, read_seconds_max=READ_SECONDS_MAX)
    await index.rebuild(in_batches([document("a"), document("b")]), now=NOW)
    nodes.wait_until(lambda: nodes.health() == ("green", 3))
    yield index
    await index.close()


async def _search(index: OpenSearchIndex) -> list[int]:
    return [(await index.search(SearchQuery(size=1), now=NOW)).total for _ in range(SEARCHES)]


async def test_searches_go_on_without_a_killed_node(nodes: Nodes, index: OpenSearchIndex) -> None:
    url = nodes.urls[0]
    try:
        nodes.kill(url)

        assert await _search(index) == [2] * SEARCHES
    finally:
        nodes.start()


async def test_searches_do_not_wait_for_a_silent_node(nodes: Nodes, index: OpenSearchIndex) -> None:
    url = nodes.urls[0]
    try:
        nodes.freeze(url)

        assert await _search(index) == [2] * SEARCHES
    finally:
        nodes.thaw(url)


async def test_changes_reach_the_index_without_a_silent_node(nodes: Nodes, index: OpenSearchIndex) -> None:
    url = nodes.urls[0]
    try:
        nodes.freeze(url)

        for number in range(SEARCHES):
            changed = [document("a", f"Title {number}")]

            async def read(ids: tuple[str, ...], found: list = changed) -> list:  # type: ignore[type-arg]
                return found

            await index.refresh(["evt_a"], read, now=NOW)

        found = await index.search(SearchQuery(q=f"Title {SEARCHES - 1}", whole_words=True), now=NOW)
    finally:
        nodes.thaw(url)

    assert [hit.document.name for hit in found.hits] == [f"Title {SEARCHES - 1}"]


@pytest.mark.usefixtures("index")
def test_every_node_has_a_copy(nodes: Nodes, prefix: str) -> None:
    """Any two nodes may be lost, and no search waits for another node than the one that it asks."""
    shards = httpx.get(f"{nodes.urls[0]}/_cat/shards/{prefix}-*-events?format=json").json()

    assert {shard["node"] for shard in shards} == {"node-0", "node-1", "node-2"}


def test_doctor_describes_a_whole_cluster(nodes: Nodes, tmp_path: Path) -> None:
    found = check_search(nodes.urls, tmp_path)

    assert found.endswith("3 of 3 nodes answer; green: every shard has its copies, on 3 nodes")


@pytest.mark.parametrize(
    ("settings", "color", "words"),
    [
        ({"number_of_replicas": 3}, "yellow", "every event is found, and 1 copy of a shard is missing"),
        ({"number_of_replicas": 4}, "yellow", "every event is found, and 2 copies of shards are missing"),
        ({"number_of_replicas": 0, "routing.allocation.require._name": "nobody"}, "red", "a part of the index"),
    ],
)
def test_doctor_tells_what_a_color_means(
    nodes: Nodes, prefix: str, tmp_path: Path, settings: dict[str, str | int], color: str, words: str
) -> None:
    url = f"{nodes.urls[0]}/{prefix}"
    httpx.put(f"{url}?wait_for_active_shards=0", json={"settings": {"index": settings}}).raise_for_status()
    try:
        # A new index is red at first, and its copies are made one after the other.
        nodes.wait_until(lambda: f"3 of 3 nodes answer; {color}: {words}" in _complaint(nodes, tmp_path))
    finally:
        httpx.delete(url).raise_for_status()


def test_doctor_names_a_lost_node_and_a_lost_majority(nodes: Nodes, tmp_path: Path) -> None:
    one, two, _ = nodes.urls
    try:
        nodes.kill(one)
        with pytest.raises(ServerCheckError, match=rf"2 of 3 nodes answer; .*Start .*: {urlsplit(one).netloc}$"):
            check_search(nodes.urls, tmp_path)
        nodes.kill(two)
        # The last node needs a moment to notice.
        nodes.wait_until(lambda: "1 of 3 nodes answer, and elect no manager" in _complaint(nodes, tmp_path))
    finally:
        nodes.start()


def _complaint(nodes: Nodes, folder: Path) -> str:
    try:
        return check_search(nodes.urls, folder)
    except ServerCheckError as error:
        return str(error)


def test_doctor_says_that_sales_go_on_without_a_search_engine(tmp_path: Path) -> None:
    with pytest.raises(ServerCheckError, match=r"no node answers .*Sales go on"):
        check_search(["http://127.0.0.1:9"], tmp_path)
