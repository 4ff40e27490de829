"""A page of an organization's events, the earliest first."""

from admitone.catalogue.domain.event import Event
from admitone.catalogue.store import events as store
from admitone.catalogue.usecases.deps import Deps


async def list_events(deps: Deps, *, organization_id: str, q: str, page: int, size: int) -> tuple[list[Event], int]:
    """Return the page's events whose names hold every word of `q`, and how many there are on all pages."""
    async with deps.pool.connection() as conn:
        return await store.list_events(conn, organization_id=organization_id, q=q, page=page, size=size)
