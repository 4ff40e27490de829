"""A page of everybody's venues, those with most to see first."""

from admitone.catalogue.domain.records import Venue
from admitone.catalogue.store import venues as store
from admitone.catalogue.usecases.deps import Deps


async def browse_venues(deps: Deps, *, q: str, page: int, size: int) -> tuple[list[Venue], int]:
    """Return the page's venues whose names hold every word of `q`, and how many there are on all pages."""
    async with deps.pool.connection() as conn:
        return await store.browse_venues(conn, q=q, page=page, size=size)
