"""OpenSearch only: concurrent writers, and a cluster that is down."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import TransportError

from admitone.catalogue.contracts import EventDocument, ReadDocuments
from admitone.kit.refusal import Busy
from admitone.search.adapters import opensearch_bulk, opensearch_lease
from admitone.search.adapters.opensearch_index import OpenSearchIndex
from admitone.search.adapters.opensearch_lease import LeaseLost, hold_lease
from admitone.search.contracts import SearchQuery
from tests.ports.search_documents import NOW, document, in_batches
from tests.ports.search_engines import READ_SECONDS_MAX

pytestmark = pytest.mark.opensearch


@pytest.fixture
async def client(opensearch_url: str) -> AsyncIterator[AsyncOpenSearch]:
    async with AsyncOpenSearch(opensearch_url.split(","), timeout=60) as client:
        yield client


@pytest.fixture
async def index(opensearch_url: str, client: AsyncOpenSearch) -> AsyncIterator[OpenSearchIndex]:
    prefix = f"test-{uuid4().hex[:12]}"
    engine = OpenSearchIndex(opensearch_url.split(","), prefix=prefix, read_seconds_max=READ_SECONDS_MAX)
    await engine.rebuild(in_batches([document("old", "Old Title"), document("other", "Another")]), now=NOW)
    yield engine
    await engine.close()
    names = list(await client.indices.get(index=f"{prefix}-*"))
    await client.indices.delete(index=",".join(names))


async def _titles(index: OpenSearchIndex, q: str = "") -> list[str]:
    found = await index.search(SearchQuery(q=q), now=NOW)
    return sorted(hit.document.name for hit in found.hits)


def _changing(*states: list[EventDocument]) -> ReadDocuments:
    """Return a catalogue that advances one state with each read, and stays in the last."""
    left = list(states)

    async def read(ids: tuple[str, ...]) -> list[EventDocument]:
        state = left.pop(0) if len(left) > 1 else left[0]
        return [result for result in state if result.id in ids]

    return read


async def test_an_event_that_changed_during_its_write_is_written_again(index: OpenSearchIndex) -> None:
    read = _changing([document("old", "Half True")], [document("old", "True")])

    await index.refresh(["evt_old"], read, now=NOW)

    assert await _titles(index) == ["Another", "True"]


async def test_an_event_withdrawn_during_its_write_is_removed(index: OpenSearchIndex) -> None:
    await index.refresh(["evt_new"], _changing([document("new", "Never Mind")], []), now=NOW)

    assert await _titles(index) == ["Another", "Old Title"]


async def test_events_that_keep_changing_are_retried_later(index: OpenSearchIndex) -> None:
    states = [[document("old", f"Title {number}")] for number in range(50)]

    with pytest.raises(Busy):
        await index.refresh(["evt_old"], _changing(*states), now=NOW)


async def test_changes_during_a_rebuild_are_in_the_new_index(index: OpenSearchIndex) -> None:
    """The scan has read the old state of two events when one is renamed and the other withdrawn."""

    async def scan() -> AsyncIterator[list[EventDocument]]:
        yield [document("kept", "Kept")]
        await index.refresh(["evt_old", "evt_other"], _changing([document("old", "New Title")]), now=NOW)
        yield [document("old", "Old Title"), document("other", "Another")]

    count = await index.rebuild(scan(), now=NOW)

    assert (count, await _titles(index)) == (2, ["Kept", "New Title"])
    assert await index.count() == 2


async def test_a_busy_cluster_is_retried_later(index: OpenSearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_bulk, "_PAUSES_SECONDS", (0.01, 0.01))
    bulk, refusals = AsyncOpenSearch.bulk, [429, 429]

    async def busy_at_first(self: AsyncOpenSearch, *args: Any, **kwargs: Any) -> Any:
        if refusals:
            raise TransportError(refusals.pop(), "circuit_breaking_exception", {})
        return await bulk(self, *args, **kwargs)

    monkeypatch.setattr(AsyncOpenSearch, "bulk", busy_at_first)

    await index.refresh(["evt_old"], _changing([document("old", "New Title")]), now=NOW)

    assert refusals == []
    assert await _titles(index) == ["Another", "New Title"]


async def test_an_outage_of_the_cluster_triggers_no_rebuild() -> None:
    index = OpenSearchIndex(["http://127.0.0.1:9"])

    for question in (index.search(SearchQuery(), now=NOW), index.suggest("a", 5, now=NOW), index.count()):
        with pytest.raises(Busy):
            await question
    await index.close()


async def test_the_lease_of_a_dead_builder_is_taken_over(
    client: AsyncOpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opensearch_lease, "DEAD_AFTER_SECONDS", 0.6)
    monkeypatch.setattr(opensearch_lease, "BEAT_SECONDS", 60.0)  # as if it slept
    name = f"test-{uuid4().hex[:12]}-writer"

    async with hold_lease(client, name) as sleeper, asyncio.timeout(20), hold_lease(client, name) as heir:
        with pytest.raises(LeaseLost):
            await sleeper.prove()
        await heir.prove()

    await client.indices.delete(index=name)


async def test_a_live_builder_keeps_its_lease(client: AsyncOpenSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensearch_lease, "DEAD_AFTER_SECONDS", 1.0)
    monkeypatch.setattr(opensearch_lease, "BEAT_SECONDS", 0.1)
    name = f"test-{uuid4().hex[:12]}-writer"

    async with hold_lease(client, name) as lease:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5), hold_lease(client, name):
                pass
        await lease.prove()

    await client.indices.delete(index=name)
