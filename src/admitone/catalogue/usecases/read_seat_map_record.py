"""Get a seat map with its seating plan, for its organizer."""

import gzip

import msgspec

from admitone.catalogue.domain.records import SeatMapRecord
from admitone.catalogue.domain.refusals import SeatMapNotFound
from admitone.catalogue.domain.seating_plan import SeatingPlan
from admitone.catalogue.store import seat_maps as store
from admitone.catalogue.usecases.deps import Deps


async def read_seat_map_record(
    deps: Deps, *, organization_id: str, seat_map_id: str
) -> tuple[SeatMapRecord, SeatingPlan]:
    """Return the record and the plan. Raises `SeatMapNotFound`, for another organization's too."""
    async with deps.pool.connection() as conn:
        found = await store.read_seat_map(conn, organization_id=organization_id, seat_map_id=seat_map_id)
    if found is None:
        raise SeatMapNotFound
    record, seating_plan_gzip = found
    return record, msgspec.json.decode(gzip.decompress(seating_plan_gzip), type=SeatingPlan)
