"""Bring suggestions up to date with some performers and venues of the catalogue."""

from collections.abc import Sequence

from admitone.search.ports import IndexAbsent
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.rebuild_index import rebuild_index

_NAMED_A_COMMIT_MAX = 2_000


async def index_named(deps: Deps, *, ids: Sequence[str]) -> None:
    """Suggest those that there are, forget the others. Any number of times, in any order, to the same end.

    Where there is no index, all of it is built, these included.
    """
    if deps.read_named is None:
        return
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), _NAMED_A_COMMIT_MAX):
        chunk = distinct[start : start + _NAMED_A_COMMIT_MAX]
        try:
            await deps.index.refresh_named(chunk, deps.read_named, now=deps.now())
        except IndexAbsent:
            await rebuild_index(deps, only_if_absent=True)
            await deps.index.refresh_named(chunk, deps.read_named, now=deps.now())
