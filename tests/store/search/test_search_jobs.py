"""The jobs of search on a real queue: one job writes the changes that arrive together."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from procrastinate import App, PsycopgConnector

from admitone.catalogue.contracts import Availability, EventDocument
from admitone.kit.jobs import defer_with
from admitone.kit.postgres import Pool
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.contracts import SearchQuery
from admitone.search.jobs import register
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.indexing import ask_seldom
from tests.ports.search_documents import NOW, document

DOCUMENTS = {each.id: each for each in (document(f"{number:02}", f"Show {number}") for number in range(12))}


class CountingIndex(TantivyIndex):
    """The real engine, which counts its writes."""

    refreshes = 0

    async def refresh(self, event_ids: Sequence[str], read: Callable[..., object], **more: object) -> None:
        self.refreshes += 1
        await super().refresh(event_ids, read, **more)  # type: ignore[arg-type]


async def _read(ids: tuple[str, ...]) -> list[EventDocument]:
    return [DOCUMENTS[identifier] for identifier in ids if identifier in DOCUMENTS]


async def _scan(after: str, limit: int, _position: str | None) -> list[EventDocument]:
    return [DOCUMENTS[document_id] for document_id in sorted(DOCUMENTS) if document_id > after][:limit]


async def _no_availability(ids: tuple[str, ...]) -> dict[str, Availability]:
    return {}


def _deps(index: TantivyIndex) -> Deps:
    return Deps(
        index=index, read_documents=_read, scan_documents=_scan, read_availability=_no_availability, now=lambda: NOW
    )


async def _work(database_url: str, deps: Deps, defer_all: Callable[..., object]) -> None:
    app = App(connector=PsycopgConnector(conninfo=database_url))
    register(app, deps)
    async with app.open_async():
        await defer_all(defer_with(app))  # type: ignore[misc]
        await app.run_worker_async(wait=False, concurrency=8, install_signal_handlers=False, listen_notify=False)


async def test_changes_that_arrive_together_are_written_together(database_url: str, pool: Pool, tmp_path: Path) -> None:
    index = CountingIndex(tmp_path)
    deps = _deps(index)

    async def one_job_an_event(defer: Callable[..., object]) -> None:
        async with pool.connection() as conn, conn.transaction():
            for event_id in DOCUMENTS:
                await defer(conn, "search.index_events", event_ids=[event_id])  # type: ignore[misc]

    await _work(database_url, deps, one_job_an_event)

    found = await index.search(SearchQuery(q="show"), now=NOW)
    assert found.total == len(DOCUMENTS)
    assert index.refreshes < len(DOCUMENTS)


async def test_readers_without_an_index_get_one_built_by_one_job(database_url: str, pool: Pool, tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path)

    async def ask_often(defer: Callable[..., object]) -> None:
        async def ask() -> None:
            async with pool.connection() as conn:
                await defer(conn, "search.rebuild_index", only_if_absent=True)  # type: ignore[misc]

        request = ask_seldom(ask)
        await asyncio.gather(*(request() for _ in range(20)))

    await _work(database_url, _deps(index), ask_often)

    counting = "select count(*) from procrastinate_jobs where task_name = 'search.rebuild_index'"
    async with pool.connection() as conn:
        jobs = await (await conn.execute(counting)).fetchone()
    assert await index.count() == len(DOCUMENTS)
    assert jobs == {"count": 1}
