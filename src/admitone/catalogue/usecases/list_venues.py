"""A page of an organization's venues, by name."""

from admitone.catalogue.domain.records import Venue
from admitone.catalogue.store import venues as store
from admitone.catalogue.usecases.deps import Deps


async def list_venues(deps: Deps, *, organization_id: str, q: str, page: int, size: int) -> tuple[list[Venue], int]:
    """Return the page's venues whose names hold every word of `q`, and how many there are on all pages."""
    async with deps.pool.connection() as conn:
        return await store.list_venues(conn, organization_id=organization_id, q=q, page=page, size=size)
