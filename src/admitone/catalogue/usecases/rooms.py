"""Rooms: generate a seating plan from a description, and keep both as a seat map."""

from itertools import islice

from admitone.catalogue.domain.generate_seating_plan import check_room, generate_seating_plan
from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.records import SeatMapRecord
from admitone.catalogue.domain.room import RoomDraft
from admitone.catalogue.domain.seating_plan import SeatMapDraft
from admitone.catalogue.domain.text import find_nul
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.seat_maps import create_seat_map, draw_draft
from admitone.kit.off_loop import off_loop
from admitone.kit.refusal import FAULTS_MAX, InvalidBody


async def create_room(deps: Deps, *, organization_id: str, draft: RoomDraft) -> SeatMapRecord:
    """Return the new seat map with its room. Raises `InvalidBody` with every fault of the room."""
    plan = await off_loop(_generate, draft)
    return await create_seat_map(deps, organization_id=organization_id, draft=plan, room=draft.room)


async def preview_room(draft: RoomDraft) -> Geometry:
    """Return what the room would look like; nothing is stored. Raises `InvalidBody`."""
    return await off_loop(_preview, draft)


def _preview(draft: RoomDraft) -> Geometry:
    geometry, *_ = draw_draft(_generate(draft), "")
    return geometry


def _generate(draft: RoomDraft) -> SeatMapDraft:
    faults = [*find_nul(draft)]
    faults += [(f"/room{pointer}", words) for pointer, words in islice(check_room(draft.room), FAULTS_MAX + 1)]
    if faults:
        raise InvalidBody(faults)
    return SeatMapDraft(name=draft.name, plan=generate_seating_plan(draft.room, name=draft.name))
