"""Draw a seat map from an organizer's plan."""

import gzip
import hashlib
from collections.abc import Iterable
from itertools import islice

import msgspec

from admitone.catalogue.domain.companions import PLACE
from admitone.catalogue.domain.complete_seating_plan import complete_seating_plan
from admitone.catalogue.domain.draw_seat_map import draw_seat_map
from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.printed_places import find_equal_places, find_equal_zones
from admitone.catalogue.domain.records import CategoryCount, SeatMapRecord, SectionCount
from admitone.catalogue.domain.seating_plan import SeatMapDraft, check_seating_plan
from admitone.catalogue.domain.sections import gather_sections
from admitone.catalogue.domain.text import find_nul, fold, search_key
from admitone.catalogue.store import seat_maps as store
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.ids import new_id
from admitone.kit.off_loop import off_loop
from admitone.kit.refusal import FAULTS_MAX, Fault, InvalidBody

GZIP_LEVEL = 6
"""Level 9 takes five times as long on a stadium and saves 2 %."""


async def create_seat_map(deps: Deps, *, organization_id: str, draft: SeatMapDraft) -> SeatMapRecord:
    """Return what was stored. Raises `InvalidBody` with every fault of the plan."""
    now = deps.now()
    geometry, drawing, packed_seating_plan, packed_drawing = await off_loop(_draw, draft, new_id("map"))
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
    )
    async with deps.pool.connection() as conn:
        await store.insert_seat_map(
            conn,
            record,
            seating_plan_gzip=packed_seating_plan,
            geometry_gzip=packed_drawing,
            geometry_digest=hashlib.blake2b(drawing, digest_size=12).hexdigest(),
        )
    return record


def _draw(draft: SeatMapDraft, seat_map_id: str) -> tuple[Geometry, bytes, bytes, bytes]:
    """Return the geometry, its JSON, and plan and geometry packed: seconds of CPU for a stadium."""
    plan = complete_seating_plan(draft.plan)
    _refuse([*find_nul(draft), *_in_body(check_seating_plan(plan)), *_in_body(find_equal_zones(plan))])
    sections = gather_sections(plan)
    _refuse(_in_body(find_equal_places(sections)))
    geometry = draw_seat_map(plan, seat_map_id=seat_map_id, name=draft.name, gathered=sections)
    drawing = msgspec.json.encode(geometry)
    packed_seating_plan = gzip.compress(msgspec.json.encode(draft.plan), GZIP_LEVEL)
    return geometry, drawing, packed_seating_plan, gzip.compress(drawing, GZIP_LEVEL, mtime=0)


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
