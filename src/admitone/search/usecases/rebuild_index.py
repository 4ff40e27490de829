"""Build the whole index anew from the catalogue and swap it in."""

from collections.abc import AsyncIterator

import structlog

from admitone.catalogue.contracts import EventDocument
from admitone.search.domain.entities import Entity, named_entities
from admitone.search.ports import IndexAbsent
from admitone.search.usecases.deps import Deps

log = structlog.get_logger(__name__)
_EVENTS_A_BATCH = 1_000
_NAMED_A_BATCH = 2_000


async def rebuild_index(deps: Deps, *, only_if_absent: bool = False) -> int:
    """Return how many events the index has. Searches go on with the old index until the new one is whole."""
    if only_if_absent:
        try:
            return await deps.index.count()
        except IndexAbsent as absence:
            log.warning("search index absent", detail=str(absence))
    # Asked again under the writers' lock: somebody else may have built it while this waited.
    count = await deps.index.rebuild(
        _scan(deps), now=deps.now(), only_if_absent=only_if_absent, named=_scan_named(deps)
    )
    log.info("search index whole", events=count)
    return count


async def _scan(deps: Deps) -> AsyncIterator[list[EventDocument]]:
    after = ""
    while documents := await deps.scan_documents(after, _EVENTS_A_BATCH):
        yield documents
        after = documents[-1].id


async def _scan_named(deps: Deps) -> AsyncIterator[list[Entity]]:
    if deps.scan_named is None or deps.read_named is None:
        return
    after = ""
    while ids := await deps.scan_named(after, _NAMED_A_BATCH):
        yield named_entities(await deps.read_named(ids))
        after = ids[-1]
