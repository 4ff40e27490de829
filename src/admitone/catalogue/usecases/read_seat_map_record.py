"""One seat map with its plan, for its organizer."""

import gzip

import msgspec

from admitone.catalogue.domain.records import SeatMapRecord
from admitone.catalogue.domain.refusals import SeatMapNotFound
from admitone.catalogue.domain.seat_plan import Plan
from admitone.catalogue.store import seat_maps as store
from admitone.catalogue.usecases.deps import Deps


async def read_seat_map_record(deps: Deps, *, organization_id: str, seat_map_id: str) -> tuple[SeatMapRecord, Plan]:
    """Return the record and the plan. Raises `SeatMapNotFound`, for another organization's too."""
    async with deps.pool.connection() as conn:
        found = await store.read_seat_map(conn, organization_id=organization_id, seat_map_id=seat_map_id)
    if found is None:
        raise SeatMapNotFound
    record, plan_gzip = found
    return record, msgspec.json.decode(gzip.decompress(plan_gzip), type=Plan)
