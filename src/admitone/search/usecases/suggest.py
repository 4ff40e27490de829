"""What somebody may mean who has typed so far."""

from admitone.search.contracts import Suggestion
from admitone.search.ports import IndexAbsent
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.report_absence import report_absence


async def suggest(deps: Deps, typed: str, size: int) -> list[Suggestion]:
    """Performers, venues, cities and events, the likeliest first. Raises `Busy` while there is no index."""
    try:
        return await deps.index.suggest(typed, size, now=deps.now())
    except IndexAbsent as absence:
        raise await report_absence(deps) from absence
