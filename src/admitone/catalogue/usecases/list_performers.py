"""A page of an organization's performers, by name."""

from admitone.catalogue.domain.records import Performer
from admitone.catalogue.store import performers as store
from admitone.catalogue.usecases.deps import Deps


async def list_performers(
    deps: Deps, *, organization_id: str, q: str, page: int, size: int
) -> tuple[list[Performer], int]:
    """Return the page's performers whose names hold every word of `q`, and how many there are on all pages."""
    async with deps.pool.connection() as conn:
        return await store.list_performers(conn, organization_id=organization_id, q=q, page=page, size=size)
