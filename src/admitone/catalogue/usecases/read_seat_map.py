"""The numbered seats of a map, as booking works with them; remembered, because maps never change."""

import gzip

import msgspec

from admitone.catalogue.contracts import SeatMap
from admitone.catalogue.domain.geometry import Geometry, seat_map_of
from admitone.catalogue.domain.refusals import SeatMapNotFound
from admitone.catalogue.store.seat_maps import read_geometry
from admitone.catalogue.usecases.deps import Deps


async def read_seat_map(deps: Deps, *, seat_map_id: str) -> SeatMap:
    """Return the seat map; a stadium takes about 0.1 s the first time. Raises `SeatMapNotFound`."""
    remembered = deps.seat_maps.get(seat_map_id)
    if remembered is not None:
        return remembered
    async with deps.pool.connection() as conn:
        found = await read_geometry(conn, seat_map_id)
    if found is None:
        raise SeatMapNotFound
    seat_map = seat_map_of(msgspec.json.decode(gzip.decompress(found[0]), type=Geometry))
    deps.seat_maps.put(seat_map)
    return seat_map
