"""Bring the index up to date with some events of the catalogue."""

from collections.abc import Sequence

from admitone.search.ports import IndexAbsent
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.rebuild_index import rebuild_index

_EVENTS_A_COMMIT_MAX = 2_000


async def index_events(deps: Deps, *, event_ids: Sequence[str]) -> None:
    """Upsert those that are published, delete the others. Any number of times, in any order, to the same end.

    Where there is no index, all of it is built, these events included.
    """
    ids = list(dict.fromkeys(event_ids))
    try:
        await _refresh(deps, ids)
    except IndexAbsent:
        await rebuild_index(deps, only_if_absent=True)
        await _refresh(deps, ids)  # who built it may have read the catalogue before these events changed


async def _refresh(deps: Deps, ids: list[str]) -> None:
    for start in range(0, len(ids), _EVENTS_A_COMMIT_MAX):
        chunk = ids[start : start + _EVENTS_A_COMMIT_MAX]
        await deps.index.refresh(chunk, deps.read_documents, now=deps.now())
