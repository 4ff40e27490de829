"""From the description of a room to its seating plan, in pretix's format like every other.

Units: a seat stands 25 from its neighbour and 30 from the row behind; the stage is at the top, y grows to the back.
"""

from collections.abc import Iterator, Sequence

import msgspec

from admitone.catalogue.domain.room import Band, Room, RoomArea, RoomSection, WheelchairPlaces
from admitone.catalogue.domain.room_names import BadNames, row_names, seat_numbers
from admitone.catalogue.domain.seating_plan import (
    AreaText,
    Attribute,
    Category,
    Extent,
    PlanArea,
    PlanRow,
    PlanSeat,
    Point,
    SeatingPlan,
    Zone,
)
from admitone.kit.refusal import Fault

SEAT, ROW = 25.0, 30.0
AISLE = 30.0
"""Beside the usual distance of two seats: enough that they are no neighbours (`sections.RUN_GAP`)."""
GAP = 75.0
"""Between sections, and between the stage and the first row."""
MARGIN = 50.0
STAGE_DEPTH = 60.0
AREA_DEPTH = 120.0
SAG_MAX = 0.5
"""How far the ends of the strongest curve come forward, in halves of the row's width."""
ROOM_SEATS_MAX = 200_000


def check_room(room: Room) -> Iterator[Fault]:
    """Yield every fault that needs more than one member; pointers are within the room."""
    names: set[str] = set()
    named = [(f"/sections/{i}/name", section.name) for i, section in enumerate(room.sections)]
    named += [(f"/areas/{i}/name", area.name) for i, area in enumerate(room.areas)]
    for pointer, name in named:
        if name.casefold() in names:
            yield pointer, f"Another section or area has the name {name}."
        names.add(name.casefold())
    for i, section in enumerate(room.sections):
        yield from ((f"/sections/{i}{pointer}", words) for pointer, words in _section_faults(section))
    count = sum(_row_seats(section, row) for section in room.sections for row in range(section.rows))
    if count > ROOM_SEATS_MAX:
        yield "/sections", f"The room has {count} seats; at most {ROOM_SEATS_MAX} are possible."


def _section_faults(section: RoomSection) -> Iterator[Fault]:
    try:
        row_names(section.row_names, section.rows)
    except BadNames as error:
        yield "/row_names/start", str(error)
    for i, aisle in enumerate(section.aisles):
        if aisle >= section.seats:
            yield (
                f"/aisles/{i}",
                f"The first row has {section.seats} seats: an aisle stands between two of them.",
            )
    given = sum(band.rows or 0 for band in section.bands)
    if any(band.rows is None for band in section.bands[:-1]):
        yield "/bands", "Say of each category but the last how many rows it has."
    elif given > section.rows or (given == section.rows and section.bands[-1].rows is None):
        yield "/bands", f"The categories have more rows than the section ({section.rows})."
    elif given < section.rows and section.bands[-1].rows is not None:
        yield "/bands", f"{section.rows - given} rows have no category: leave out the number of the last category."
    taken: dict[int, int] = {}
    for i, group in enumerate(section.wheelchair):
        taken[group.row] = taken.get(group.row, 0) + group.places * (1 + group.companions)
        if group.row > section.rows:
            yield f"/wheelchair/{i}/row", f"The section has {section.rows} rows."
        elif taken[group.row] > _row_seats(section, group.row - 1):
            yield f"/wheelchair/{i}/places", "The row has too few seats for these places and their companions."


def generate_seating_plan(room: Room, *, name: str) -> SeatingPlan:
    """Return the plan of a room without faults, front rows first."""
    front = [area for area in room.areas if area.at == "front"]
    back = [area for area in room.areas if area.at == "back"]
    tiers = _tiers(room.sections)
    width = max([2 * _half(tier) for tier in tiers] + [20 * SEAT])
    middle = MARGIN + width / 2
    areas = [_drawn(middle, MARGIN, 0.6 * width, STAGE_DEPTH, room.stage)] if room.stage else []
    y = MARGIN + (STAGE_DEPTH + GAP if room.stage else 0)
    drawn, y = _row_of_areas(front, middle, width, y)
    areas += drawn
    zones: list[Zone] = []
    for tier in tiers:
        y += max(_sag(section, _width(section) / 2) for section in tier)
        left = middle - sum(_width(section) for section in tier) / 2 - GAP * (len(tier) - 1) / 2
        for section in tier:
            number = len(zones) + 1
            zones.append(_zone(section, number, left + _width(section) / 2 + section.offset * SEAT, y))
            left += _width(section) + GAP
        y += max(section.rows for section in tier) * ROW + GAP - ROW
    drawn, y = _row_of_areas(back, middle, width, y)
    zones[0] = msgspec.structs.replace(zones[0], areas=_from(zones[0], [*areas, *drawn]))
    return SeatingPlan(
        name=name,
        categories=_categories(room),
        zones=tuple(zones),
        size=Extent(width + 2 * MARGIN, y - GAP + SEAT + MARGIN),
    )


def _tiers(sections: Sequence[RoomSection]) -> list[list[RoomSection]]:
    tiers: list[list[RoomSection]] = []
    for section in sections:
        if section.beside and tiers:
            tiers[-1].append(section)
        else:
            tiers.append([section])
    return tiers


def _half(tier: Sequence[RoomSection]) -> float:
    """Return half of the width that a tier needs around its middle, offsets included."""
    whole = sum(_width(section) for section in tier) + GAP * (len(tier) - 1)
    return whole / 2 + max(abs(section.offset) for section in tier) * SEAT


def _row_seats(section: RoomSection, row: int) -> int:
    return section.seats + section.seats_more * row


def _width(section: RoomSection) -> float:
    return _row_seats(section, section.rows - 1) * SEAT + len(section.aisles) * AISLE


def _sag(section: RoomSection, x: float) -> float:
    """Return how far a seat at `x` from the middle comes forward: on one parabola, so that rows stay parallel."""
    half = _width(section) / 2
    return SAG_MAX * section.curve / 10 * x * x / half


def _zone(section: RoomSection, number: int, middle: float, y: float) -> Zone:
    zone_id = f"s{number}"
    names = row_names(section.row_names, section.rows)
    categories = _row_categories(section.bands, section.rows)
    rows = tuple(
        PlanRow(_row(section, row, f"{zone_id}-{names[row]}", categories[row]), Point(0, row * ROW), names[row])
        for row in range(section.rows)
    )
    return Zone(rows, Point(middle, y), section.name, zone_id)


def _row(section: RoomSection, row: int, guid: str, category: str) -> tuple[PlanSeat, ...]:
    count = _row_seats(section, row)
    grown = (count - section.seats) // 2  # aisles stay in line where rows grow on both sides
    aisles = [aisle + grown for aisle in section.aisles]
    xs = [place * SEAT + AISLE * sum(place >= aisle for aisle in aisles) for place in range(count)]
    marks = _marks([group for group in section.wheelchair if group.row == row + 1], count)
    return tuple(
        PlanSeat(f"{guid}-{number}", str(number), _placed(section, x - xs[-1] / 2), category, marks.get(place, ()))
        for place, (x, number) in enumerate(zip(xs, seat_numbers(section.seat_numbers, count), strict=True))
    )


def _placed(section: RoomSection, x: float) -> Point:
    return Point(round(x, 1), round(-_sag(section, x), 1))


def _marks(groups: Sequence[WheelchairPlaces], count: int) -> dict[int, tuple[Attribute, ...]]:
    """Return the attributes of accessible seats by place: a wheelchair place, its companions, the next place."""
    marks: dict[int, tuple[Attribute, ...]] = {}
    used = {"left": 0, "right": 0}
    for group in groups:
        for _ in range(group.places):
            for seat in range(1 + group.companions):
                place = used[group.side] if group.side == "left" else count - 1 - used[group.side]
                marks[place] = ("companion",) if seat else ("accessible",)
                used[group.side] += 1
    return marks


def _row_categories(bands: Sequence[Band], rows: int) -> list[str]:
    names = [band.category for band in bands for _ in range(band.rows or 0)]
    return [*names, *([bands[-1].category] * (rows - len(names)))]


def _categories(room: Room) -> tuple[Category, ...]:
    used = dict.fromkeys(band.category for section in room.sections for band in section.bands)
    colors = {category.name: category.color or "" for category in room.categories}
    return tuple(Category(name, colors.get(name, "")) for name in used)


def _row_of_areas(areas: Sequence[RoomArea], middle: float, width: float, y: float) -> tuple[list[PlanArea], float]:
    """Return areas side by side, and where what stands behind them begins."""
    if not areas:
        return [], y
    each = (width - GAP * (len(areas) - 1)) / len(areas)
    drawn = [
        _drawn(middle - width / 2 + each / 2 + i * (each + GAP), y, each, AREA_DEPTH, area.name)
        for i, area in enumerate(areas)
    ]
    return drawn, y + AREA_DEPTH + GAP


def _drawn(middle: float, top: float, width: float, depth: float, text: str) -> PlanArea:
    return PlanArea(
        shape="rectangle",
        position=Point(round(middle - width / 2, 1), round(top, 1)),
        color="#d9d6cf",
        border_color="#8c877b",
        text=AreaText(text, "#16150f", Point(round(width / 2, 1), round(depth / 2, 1)), 20),
        rectangle=Extent(round(width, 1), round(depth, 1)),
    )


def _from(zone: Zone, areas: Sequence[PlanArea]) -> tuple[PlanArea, ...]:
    """Return the areas with positions from the corner of their zone."""
    x, y = zone.position.x, zone.position.y
    return tuple(
        msgspec.structs.replace(area, position=Point(round(area.position.x - x, 1), round(area.position.y - y, 1)))
        for area in areas
    )
