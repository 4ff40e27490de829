"""The jobs of search on a real queue: one job writes the changes that arrive together."""

import asyncio
import fcntl
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from procrastinate import App, PsycopgConnector

from admitone.catalogue.contracts import Availability, EventDocument
from admitone.kit.jobs import defer_with
from admitone.kit.postgres import Pool
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.contracts import SearchQuery
from admitone.search.jobs import register
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.indexing import ask_seldom, rebuild_index
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


def _is_locked(folder: Path) -> bool:
    (path,) = folder.rglob("writer")
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


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


async def test_a_rebuild_reads_what_is_committed_when_it_holds_the_lock(tmp_path: Path) -> None:
    """A job of an earlier change has only written the old index: a replica that lacks the change must not be read."""
    index = TantivyIndex(tmp_path)
    locks: list[bool] = []
    positions: list[str | None] = []

    async def read_position() -> str:
        locks.append(_is_locked(tmp_path))
        return f"0/{len(locks)}"

    async def scan(after: str, limit: int, position: str | None) -> list[EventDocument]:
        positions.append(position)
        return await _scan(after, limit, position)

    deps = replace(_deps(index), scan_documents=scan, read_position=read_position)

    assert await rebuild_index(deps) == len(DOCUMENTS)
    assert locks == [True]
    assert set(positions) == {"0/1"}
