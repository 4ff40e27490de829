"""Ask the index; if there is none, ask for a rebuild and refuse with a time to come back."""

from admitone.kit.refusal import Busy
from admitone.search.contracts import SearchQuery
from admitone.search.ports import Found, IndexAbsent
from admitone.search.usecases.deps import Deps

_RETRY_AFTER_SECONDS = 2


async def ask_index(deps: Deps, query: SearchQuery) -> Found:
    """Return the events that the query finds. Raises `Busy` while there is no index."""
    try:
        return await deps.index.search(query, now=deps.now())
    except IndexAbsent as absence:
        raise await report_absence(deps) from absence


async def report_absence(deps: Deps) -> Busy:
    """Ask for a rebuild and return the refusal to raise."""
    if deps.request_rebuild is not None:
        await deps.request_rebuild()
    return Busy("The search index is being built. Try again shortly.", retry_after_seconds=_RETRY_AFTER_SECONDS)
