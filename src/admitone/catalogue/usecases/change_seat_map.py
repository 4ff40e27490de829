"""Rename a seat map. Its plan never changes: tickets point into it and browsers keep it for a year."""

import gzip

import msgspec

from admitone.catalogue.domain.records import SeatMapRecord
from admitone.catalogue.domain.refusals import SeatMapNeverChanges, SeatMapNotFound, check_version
from admitone.catalogue.domain.seating_plan import SeatingPlan
from admitone.catalogue.domain.text import fold, search_key
from admitone.catalogue.store import seat_maps as store
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.faults import decode_body
from admitone.kit.off_loop import off_loop
from admitone.kit.refusal import InvalidBody


async def change_seat_map(
    deps: Deps,
    *,
    organization_id: str,
    seat_map_id: str,
    name: str | None,
    plan: SeatingPlan | None,
    if_match: str | None = None,
) -> SeatMapRecord:
    """Store another name; `plan` may be given where it is the one that is stored.

    Raises `SeatMapNotFound`, `VersionMismatch`, `SeatMapNeverChanges`, `InvalidBody`.
    """
    if name is not None and "\0" in name:
        raise InvalidBody([("/name", "A text must not contain the NUL character.")])
    if plan is not None:
        await _refuse_other_seating_plan(deps, organization_id, seat_map_id, plan, if_match)
    async with deps.pool.connection() as conn, conn.transaction():
        found = await store.read_seat_map(conn, organization_id=organization_id, seat_map_id=seat_map_id, lock=True)
        if found is None:
            raise SeatMapNotFound
        record, _ = found
        check_version(if_match, record.revision)
        if name is None or name == record.name:
            return record
        changed = msgspec.structs.replace(
            record,
            name=name,
            revision=record.revision + 1,
            sort_key=fold(name),
            search_key=search_key([name]),
            updated_at=deps.now(),
        )
        await store.rename_seat_map(
            conn,
            organization_id=organization_id,
            seat_map_id=seat_map_id,
            name=changed.name,
            sort_key=changed.sort_key,
            search_key=changed.search_key,
            now=changed.updated_at,
        )
    return changed


async def _refuse_other_seating_plan(
    deps: Deps, organization_id: str, seat_map_id: str, plan: SeatingPlan, if_match: str | None
) -> None:
    """Compare before any row is locked: it takes long for a stadium, and a stored plan never changes."""
    async with deps.pool.connection() as conn:
        found = await store.read_seat_map(conn, organization_id=organization_id, seat_map_id=seat_map_id)
    if found is None:
        raise SeatMapNotFound
    record, seating_plan_gzip = found
    check_version(if_match, record.revision)
    if not await off_loop(_is_packed, plan, seating_plan_gzip):
        raise SeatMapNeverChanges("A plan never changes. Create another seat map and let the event use that one.")


def _is_packed(plan: SeatingPlan, seating_plan_gzip: bytes) -> bool:
    return plan == decode_body(gzip.decompress(seating_plan_gzip), SeatingPlan)
