"""A page of an organization's seat maps, by name."""

from admitone.catalogue.domain.records import SeatMapRecord
from admitone.catalogue.store import seat_maps as store
from admitone.catalogue.usecases.deps import Deps


async def list_seat_maps(
    deps: Deps, *, organization_id: str, q: str, page: int, size: int
) -> tuple[list[SeatMapRecord], int]:
    """Return the page's maps whose names hold every word of `q`, and how many there are on all pages."""
    async with deps.pool.connection() as conn:
        return await store.list_seat_maps(conn, organization_id=organization_id, q=q, page=page, size=size)
