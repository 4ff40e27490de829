"""Write the index from the catalogue: some events, some performers and venues, or all of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from time import monotonic

import structlog

from admitone.catalogue.contracts import EventDocument
from admitone.search.domain.entities import Entity, named_entities
from admitone.search.ports import IndexAbsent
from admitone.search.usecases.deps import Deps

log = structlog.get_logger(__name__)
_EVENTS_A_BATCH = 1_000
_NAMED_A_BATCH = 2_000
_DOCUMENTS_A_COMMIT_MAX = 2_000
_REQUEST_SECONDS = 2.0


async def rebuild_index(deps: Deps, *, only_if_absent: bool = False) -> int:
    """Return how many events the index has. Searches go on with the old index until the new one is whole."""
    if only_if_absent:
        try:
            return await deps.index.count()
        except IndexAbsent as absence:
            log.warning("search index absent", detail=str(absence))
    # Asked again under the writers' lock: another process may have built it while this one waited.
    count = await deps.index.rebuild(
        _scan(deps), now=deps.now(), only_if_absent=only_if_absent, named=_scan_named(deps)
    )
    log.info("search index whole", events=count)
    return count


async def _scan(deps: Deps) -> AsyncIterator[list[EventDocument]]:
    # Read under the writers' lock: jobs that end before this only changed the old index, later ones change this one.
    position = await deps.read_position()
    after = ""
    while documents := await deps.scan_documents(after, _EVENTS_A_BATCH, position):
        yield documents
        after = documents[-1].id


async def _scan_named(deps: Deps) -> AsyncIterator[list[Entity]]:
    if deps.scan_named is None or deps.read_named is None:
        return
    position = await deps.read_position()
    after = ""
    while ids := await deps.scan_named(after, _NAMED_A_BATCH, position):
        yield named_entities(await deps.read_named(ids))
        after = ids[-1]


async def index_events(deps: Deps, *, event_ids: Sequence[str]) -> None:
    """Upsert the published events, delete the others. Repeating it, in any order, gives the same index.

    Where there is no index, build all of it.
    """
    ids = list(dict.fromkeys(event_ids))
    try:
        await _refresh(deps, ids)
    except IndexAbsent:
        await rebuild_index(deps, only_if_absent=True)
        await _refresh(deps, ids)  # another process may have built it from the catalogue before these events changed


async def _refresh(deps: Deps, ids: list[str]) -> None:
    for start in range(0, len(ids), _DOCUMENTS_A_COMMIT_MAX):
        chunk = ids[start : start + _DOCUMENTS_A_COMMIT_MAX]
        await deps.index.refresh(chunk, deps.read_documents, now=deps.now())


async def index_named(deps: Deps, *, ids: Sequence[str]) -> None:
    """Suggest the performers and venues that exist, forget the others. Repeating it gives the same index.

    Where there is no index, build all of it.
    """
    if deps.read_named is None:
        return
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), _DOCUMENTS_A_COMMIT_MAX):
        chunk = distinct[start : start + _DOCUMENTS_A_COMMIT_MAX]
        try:
            await deps.index.refresh_named(chunk, deps.read_named, now=deps.now())
        except IndexAbsent:
            await rebuild_index(deps, only_if_absent=True)
            await deps.index.refresh_named(chunk, deps.read_named, now=deps.now())


def ask_seldom(
    ask: Callable[[], Awaitable[None]], *, seconds: float = _REQUEST_SECONDS
) -> Callable[[], Awaitable[None]]:
    """Return `ask` for `Deps.request_rebuild`: a thousand searches without an index ask once in `seconds`."""
    last = float("-inf")

    async def ask_once_a_while() -> None:
        nonlocal last
        if monotonic() - last >= seconds:
            last = monotonic()
            await ask()

    return ask_once_a_while
