"""Seat maps: create from a plan, read, list, rename, delete. A plan never changes: tickets refer to it."""

import gzip
import hashlib
from collections.abc import Iterable
from itertools import islice

import msgspec

from admitone.catalogue.contracts import SeatMap
from admitone.catalogue.domain.companions import PLACE
from admitone.catalogue.domain.complete_seating_plan import complete_seating_plan
from admitone.catalogue.domain.draw_seat_map import draw_seat_map
from admitone.catalogue.domain.geometry import Geometry, seat_map_of
from admitone.catalogue.domain.geometry_columns import columns_of
from admitone.catalogue.domain.printed_places import find_equal_places, find_equal_zones
from admitone.catalogue.domain.records import CategoryCount, SeatMapRecord, SectionCount
from admitone.catalogue.domain.refusals import InUse, SeatMapNeverChanges, SeatMapNotFound
from admitone.catalogue.domain.room import Room
from admitone.catalogue.domain.seating_plan import SeatingPlan, SeatMapDraft, check_seating_plan
from admitone.catalogue.domain.sections import gather_sections
from admitone.catalogue.domain.text import find_nul, fold, search_key
from admitone.catalogue.store import seat_maps as store
from admitone.catalogue.usecases.deps import Deps, Watch, unwatched
from admitone.kit.faults import decode_body
from admitone.kit.ids import new_id
from admitone.kit.off_loop import off_loop
from admitone.kit.refusal import FAULTS_MAX, Fault, InvalidBody
from admitone.kit.revisions import Revisions, check_version

GZIP_LEVEL = 6
"""Level 9 takes five times as long on a stadium and saves 2 %."""
COLUMNS_GZIP_LEVEL = 9
"""The columns of a stadium take 0.05 s, and each buyer's phone loads them."""


async def create_seat_map(
    deps: Deps, *, organization_id: str, draft: SeatMapDraft, room: Room | None = None
) -> SeatMapRecord:
    """Draw the plan and return what was stored. Raises `InvalidBody` with every fault of the plan.

    `room`: what the plan was generated from (`usecases.rooms`).
    """
    now = deps.now()
    geometry, drawing, packed_plan, packed_drawing, packed_columns = await off_loop(draw_draft, draft, new_id("map"))
    record = SeatMapRecord(
        id=geometry.id,
        organization_id=organization_id,
        revision=1,
        name=draft.name,
        seat_count=geometry.seat_count,
        sections=_count_sections(geometry),
        categories=tuple(
            CategoryCount(category.name, category.color, category.seat_count) for category in geometry.categories
        ),
        sort_key=fold(draft.name),
        search_key=search_key([draft.name]),
        created_at=now,
        updated_at=now,
        room=room,
    )
    async with deps.pool.connection() as conn:
        await store.insert_seat_map(
            conn,
            record,
            seating_plan_gzip=packed_plan,
            geometry_gzip=packed_drawing,
            geometry_digest=hashlib.blake2b(drawing, digest_size=12).hexdigest(),
            geometry_columns_gzip=packed_columns,
        )
    return record


def draw_draft(draft: SeatMapDraft, seat_map_id: str) -> tuple[Geometry, bytes, bytes, bytes, bytes]:
    """Return the geometry, its JSON; plan, geometry and its columns packed: seconds of CPU for a stadium.

    Raises `InvalidBody`.
    """
    plan = complete_seating_plan(draft.plan)
    _refuse([*find_nul(draft), *_in_body(check_seating_plan(plan)), *_in_body(find_equal_zones(plan))])
    sections = gather_sections(plan)
    _refuse(_in_body(find_equal_places(sections)))
    geometry = draw_seat_map(plan, seat_map_id=seat_map_id, name=draft.name, gathered=sections)
    drawing = msgspec.json.encode(geometry)
    packed_plan = gzip.compress(msgspec.json.encode(draft.plan), GZIP_LEVEL)
    packed_drawing = gzip.compress(drawing, GZIP_LEVEL, mtime=0)
    return geometry, drawing, packed_plan, packed_drawing, pack_columns(geometry)


def pack_columns(geometry: Geometry) -> bytes:
    """Return the gzipped columnar form; it is the same whenever it is made."""
    return gzip.compress(msgspec.json.encode(columns_of(geometry)), COLUMNS_GZIP_LEVEL, mtime=0)


def _in_body(faults: Iterable[Fault]) -> list[Fault]:
    """Return the first faults of a plan, by their pointers in the body."""
    return [(f"/plan{pointer}", detail) for pointer, detail in islice(faults, FAULTS_MAX + 1)]


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise InvalidBody(faults)


def _count_sections(geometry: Geometry) -> tuple[SectionCount, ...]:
    sections = []
    for section in geometry.sections:
        counts: dict[str, int] = {}
        places = 0
        for row in section.rows:
            for seat in row.seats:
                counts[seat.category] = counts.get(seat.category, 0) + 1
                places += PLACE in seat.attributes
        sections.append(SectionCount(section.id, section.name, sum(counts.values()), counts, places))
    return tuple(sections)


async def read_seat_map(deps: Deps, *, seat_map_id: str) -> SeatMap:
    """Return the numbered seats in the form that booking uses. Raises `SeatMapNotFound`.

    Maps never change, so each process keeps them: a stadium takes about 0.1 s the first time.
    """
    remembered = deps.seat_maps.get(seat_map_id)
    if remembered is not None:
        return remembered
    async with deps.pool.connection() as conn:
        found = await store.read_geometry(conn, seat_map_id)
    if found is None:
        raise SeatMapNotFound
    seat_map = seat_map_of(msgspec.json.decode(gzip.decompress(found[0]), type=Geometry))
    deps.seat_maps[seat_map_id] = seat_map
    return seat_map


async def read_seat_map_record(
    deps: Deps, *, organization_id: str, seat_map_id: str
) -> tuple[SeatMapRecord, SeatingPlan]:
    """Return the record and the plan. Raises `SeatMapNotFound`, also for a map of another organization."""
    async with deps.pool.connection() as conn:
        found = await store.read_seat_map(conn, organization_id=organization_id, seat_map_id=seat_map_id)
    if found is None:
        raise SeatMapNotFound
    record, seating_plan_gzip = found
    return record, msgspec.json.decode(gzip.decompress(seating_plan_gzip), type=SeatingPlan)


async def list_seat_maps(
    deps: Deps, *, organization_id: str, q: str, page: int, size: int
) -> tuple[list[SeatMapRecord], int]:
    """Return the page's maps whose names hold every word of `q`, by name, and the number on all pages."""
    async with deps.pool.connection() as conn:
        return await store.list_seat_maps(conn, organization_id=organization_id, q=q, page=page, size=size)


async def change_seat_map(
    deps: Deps,
    *,
    organization_id: str,
    seat_map_id: str,
    name: str | None,
    plan: SeatingPlan | None,
    expected: Revisions | None = None,
    watch: Watch[SeatMapRecord] = unwatched,
) -> SeatMapRecord:
    """Store another name; `plan` may be given if it equals the stored one.

    Raises `SeatMapNotFound`, `VersionMismatch`, `SeatMapNeverChanges`, `InvalidBody`.
    """
    if name is not None and "\0" in name:
        raise InvalidBody([("/name", "A text must not contain the NUL character.")])
    if plan is not None:
        await _refuse_other_seating_plan(deps, organization_id, seat_map_id, plan, expected)
    async with deps.pool.connection() as conn, conn.transaction():
        found = await store.read_seat_map(conn, organization_id=organization_id, seat_map_id=seat_map_id, lock=True)
        if found is None:
            raise SeatMapNotFound
        record, _ = found
        check_version(expected, record.revision)
        if name is None or name == record.name:
            return record
        watch(record)
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
    deps: Deps, organization_id: str, seat_map_id: str, plan: SeatingPlan, expected: Revisions | None
) -> None:
    """Raise `SeatMapNeverChanges` for another plan. Compare before a lock: it takes long for a stadium, and a stored
    plan never changes."""
    async with deps.pool.connection() as conn:
        found = await store.read_seat_map(conn, organization_id=organization_id, seat_map_id=seat_map_id)
    if found is None:
        raise SeatMapNotFound
    record, seating_plan_gzip = found
    check_version(expected, record.revision)
    if not await off_loop(_is_packed, plan, seating_plan_gzip):
        raise SeatMapNeverChanges("A plan never changes. Create another seat map and let the event use that one.")


def _is_packed(plan: SeatingPlan, seating_plan_gzip: bytes) -> bool:
    return plan == decode_body(gzip.decompress(seating_plan_gzip), SeatingPlan)


async def delete_seat_map(
    deps: Deps,
    *,
    organization_id: str,
    seat_map_id: str,
    expected: Revisions | None = None,
    watch: Watch[SeatMapRecord] = unwatched,
) -> None:
    """Raises `SeatMapNotFound`, `VersionMismatch`, or `InUse` while events use it."""
    ids = {"organization_id": organization_id, "seat_map_id": seat_map_id}
    async with deps.pool.connection() as conn, conn.transaction():
        found = await store.read_seat_map(conn, **ids, lock=True)
        if found is None:
            raise SeatMapNotFound
        check_version(expected, found[0].revision)
        count = await store.count_events_of_seat_map(conn, **ids)
        if count:
            raise InUse(f"{count} events use this seat map.", events=count)
        watch(found[0])
        await store.delete_seat_map(conn, **ids)
