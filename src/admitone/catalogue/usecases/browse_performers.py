"""A page of everybody's performers, those with most to see first."""

from admitone.catalogue.domain.records import Performer
from admitone.catalogue.store import performers as store
from admitone.catalogue.usecases.deps import Deps


async def browse_performers(deps: Deps, *, q: str, page: int, size: int) -> tuple[list[Performer], int]:
    """Return the page's performers whose names hold every word of `q`, and how many there are on all pages."""
    async with deps.pool.connection() as conn:
        return await store.browse_performers(conn, q=q, page=page, size=size)
