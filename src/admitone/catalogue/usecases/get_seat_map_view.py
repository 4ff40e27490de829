"""The public drawing of a seat map, as it is stored."""

from admitone.catalogue.domain.refusals import SeatMapNotFound
from admitone.catalogue.store.seat_maps import read_geometry
from admitone.catalogue.usecases.deps import Deps


async def get_seat_map_view(deps: Deps, *, seat_map_id: str) -> tuple[bytes, str]:
    """Return the gzipped JSON and its digest. Raises `SeatMapNotFound`."""
    async with deps.pool.connection() as conn:
        found = await read_geometry(conn, seat_map_id)
    if found is None:
        raise SeatMapNotFound
    return found
