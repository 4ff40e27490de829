"""Group the rows of a plan, in sitting order, into sections that a buyer would recognise."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from msgspec import Struct

from admitone.catalogue.domain.seating_plan import PlanSeat, Point, SeatingPlan, Zone
from admitone.catalogue.domain.shapes import XY, contains, convex_hull
from admitone.catalogue.domain.text import fold

RUN_GAP = 1.6
"""Two seats further apart than this many usual distances of their row are not neighbours (an aisle, a gap)."""
SECTIONS_PER_ZONE_MAX = 60
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


class Placed(Struct, frozen=True):
    """`number`: as printed on tickets."""

    seat: PlanSeat
    x: float
    y: float
    number: str


class Row(Struct, frozen=True):
    """Seats in sitting order; `spacing` is the usual distance between neighbours (0 for one seat). `at`: the indexes of
    its zone and of itself in the plan."""

    name: str
    seats: tuple[Placed, ...]
    spacing: float
    at: tuple[int, int]


class Section(Struct, frozen=True):
    id: str
    name: str
    rows: tuple[Row, ...]


def gather_sections(plan: SeatingPlan) -> list[Section]:
    """Return the sections of a completed plan in its order: its zones, split if a zone is scattered over the room.

    Sections have different names where zones have.
    """
    zones = [(zone, rows) for z, zone in enumerate(plan.zones) if (rows := _rows_of(zone, z))]
    points = [[(seat.x, seat.y) for row in rows for seat in row.seats] for _, rows in zones]
    sections: list[Section] = []
    taken: set[str] = set()
    names = {readable_name(zone.name).casefold() for zone, _ in zones if zone.name}
    for i, (zone, rows) in enumerate(zones):
        others = [part for j, part in enumerate(points) if j != i]
        parts = [rows]
        if len(zones) <= 3 or _surrounds(points[i], others):
            parts = _cluster(rows)
        for name, part in zip(_names(zone, parts, i, names), parts, strict=True):
            wanted = zone.zone_id if len(parts) == 1 else f"{zone.zone_id or ''}-{len(taken) + 1}"
            section_id = wanted if wanted and _ID.fullmatch(wanted) else f"s{len(taken) + 1}"
            while section_id in taken:
                section_id += "x"
            taken.add(section_id)
            sections.append(Section(id=section_id, name=name, rows=tuple(part)))
    return sections


def gap_of(row: Row) -> float:
    """Return the distance beyond which two seats of the row are not neighbours."""
    return RUN_GAP * row.spacing if row.spacing > 0 else math.inf


def row_distance(rows: Sequence[Row]) -> float:
    """Return the usual distance from a row to the nearest other one, at least the spacing of the seats."""
    spacing = median([row.spacing for row in rows if row.spacing > 0] or [25.0])
    middles = [row.seats[len(row.seats) // 2] for row in rows]
    nearest = [
        min(
            (math.hypot(other.x - middle.x, other.y - middle.y) for j, other in enumerate(middles) if j != i),
            default=spacing,
        )
        for i, middle in enumerate(middles)
    ]
    return min(max(median(nearest), spacing), 3 * spacing)


def _rows_of(zone: Zone, z: int) -> list[Row]:
    rows = []
    for i, row in enumerate(zone.rows):
        if not row.seats:
            continue
        corner = row.position or Point(0, 0)
        left, top = zone.position.x + corner.x, zone.position.y + corner.y
        placed = [
            Placed(seat, left + seat.position.x, top + seat.position.y, _shown(row.seat_label, str(seat.seat_number)))
            for seat in row.seats
        ]
        ordered, spacing = _sitting_order(placed)
        number = str(row.row_number) if row.row_number not in (None, "") else str(i + 1)
        rows.append(Row(name=_shown(row.row_label, number), seats=tuple(ordered), spacing=spacing, at=(z, i)))
    return rows


def _shown(label: str | None, number: str) -> str:
    return label.replace("%s", number) if label else number


def _sitting_order(placed: list[Placed]) -> tuple[list[Placed], float]:
    """Return the seats with neighbours next to each other, and their usual distance.

    The plan's own order is kept, unless walking along the row by place is clearly shorter (numbers out of order).
    """
    first = placed[0]
    last = max(placed, key=lambda item: math.hypot(item.x - first.x, item.y - first.y))
    along = last.x - first.x, last.y - first.y
    steps = _steps(placed)
    if len(placed) > 2 and sum(steps) > 1.25 * math.hypot(*along):
        ordered = sorted(placed, key=lambda item: (item.x * along[0] + item.y * along[1], item.seat.seat_guid))
        other_steps = _steps(ordered)
        if sum(other_steps) < 0.8 * sum(steps):
            placed, steps = ordered, other_steps
    return placed, median(steps) if steps else 0.0


def _steps(placed: Sequence[Placed]) -> list[float]:
    return [math.hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(placed)]


def _surrounds(own: Sequence[XY], others: Sequence[Sequence[XY]]) -> bool:
    """Whether the hull of a zone would cover seats of other zones; a sample of seats is enough to tell."""
    hull = convex_hull(own)
    if len(hull) < 3:
        return False
    left, right = min(x for x, _ in hull), max(x for x, _ in hull)
    top, bottom = min(y for _, y in hull), max(y for _, y in hull)
    for points in others:
        sample = points[:: max(1, len(points) // 60)]
        inside = sum(left < x < right and top < y < bottom and contains(hull, (x, y)) for x, y in sample)
        if inside > len(sample) * 0.25:
            return True
    return False


def _cluster(rows: list[Row]) -> list[list[Row]]:
    """Return groups of adjacent rows; one group if splitting would make very small ones."""
    reach = 1.5 * row_distance(rows)
    parent = list(range(len(rows)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    # A grid of cells as wide as the reach: near rows are in the same cell or a neighbouring one.
    grid: dict[tuple[int, int], list[tuple[float, float, int]]] = {}
    for i, row in enumerate(rows):
        for seat in row.seats:
            cx, cy = math.floor(seat.x / reach), math.floor(seat.y / reach)
            for near in ((cx + dx, cy + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
                for x, y, other in grid.get(near, ()):
                    if math.hypot(x - seat.x, y - seat.y) <= reach:
                        parent[root(other)] = root(i)
            grid.setdefault((cx, cy), []).append((seat.x, seat.y, i))
    groups: dict[int, list[Row]] = {}
    for i, row in enumerate(rows):
        groups.setdefault(root(i), []).append(row)
    clusters = list(groups.values())
    if len(clusters) > SECTIONS_PER_ZONE_MAX or any(sum(len(r.seats) for r in c) < 4 for c in clusters):
        return [rows]
    return clusters


def readable_name(name: str) -> str:
    """Return a name as people read it: drawing programs write `VIP_AL` for `VIP AL`."""
    return " ".join(name.replace("_", " ").split())


def _names(zone: Zone, parts: list[list[Row]], position: int, taken: set[str]) -> list[str]:
    """Name parts for their categories if that distinguishes them, else number them; add the new names to `taken`."""
    zone_name = readable_name(zone.name)
    if len(parts) == 1:
        return [zone_name or _free_name("Section", position + 1, taken)]
    name = zone_name or f"Section {position + 1}"
    categories = [{seat.seat.category for row in part for seat in row.seats} for part in parts]
    only = [next(iter(category)) if len(category) == 1 else "" for category in categories]
    if (
        all(only)
        and len({fold(section_name) for section_name in only}) == len(parts)
        and taken.isdisjoint(map(str.casefold, only))
    ):
        taken.update(map(str.casefold, only))
        return only
    return [_free_name(name, i + 1, taken) for i in range(len(parts))]


def _free_name(name: str, number: int, taken: set[str]) -> str:
    while f"{name} {number}".casefold() in taken:
        number += 1
    taken.add(f"{name} {number}".casefold())
    return f"{name} {number}"
