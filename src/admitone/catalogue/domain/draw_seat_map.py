"""Draw the public geometry of a checked plan: number the seats, outline the sections, find the stage."""

import math
from collections.abc import Sequence

from admitone.catalogue.domain.companions import pair_companions
from admitone.catalogue.domain.geometry import (
    Geometry,
    GeometryArea,
    GeometryCategory,
    GeometryPoint,
    GeometryRow,
    GeometrySeat,
    GeometrySection,
    GeometrySize,
    GeometryStage,
    GeometryText,
)
from admitone.catalogue.domain.seating_plan import AreaText, PlanArea, SeatingPlan, Zone
from admitone.catalogue.domain.sections import Row, Section, gap_of, gather_sections, row_distance
from admitone.catalogue.domain.shapes import XY, middle, outline_of
from admitone.catalogue.domain.text import fold

_STAGE_WORDS = (
    *("stage", "buhne", "scene", "escenario", "palco", "palcoscenico", "scena", "podium", "сцена", "舞台", "ステージ"),
    *("pitch", "field", "spielfeld", "terrain", "campo", "court", "rink", "ring", "track", "screen", "поле"),
)


MARGIN = 25.0
"""The margin of a plan without a size: about a seat."""


def draw_seat_map(
    plan: SeatingPlan, *, seat_map_id: str, name: str, gathered: Sequence[Section] | None = None
) -> Geometry:
    """Return the geometry of a completed plan without faults; `gathered`: its sections, if known."""
    sections: list[GeometrySection] = []
    runs: list[tuple[int, int]] = []
    counts: dict[str, int] = {}
    index = 0
    for section in gathered or gather_sections(plan):
        rows: list[GeometryRow] = []
        for row in section.rows:
            rows.append(_draw_row(row, f"{section.id}:{len(rows) + 1}", index))
            runs += _runs_of(row, index)
            index += len(row.seats)
            for seat in row.seats:
                counts[seat.seat.category] = counts.get(seat.seat.category, 0) + 1
        sections.append(_draw_section(section, tuple(rows)))
    areas = [(area, _draw_area(area, zone)) for zone in plan.zones for area in zone.areas]
    stage = _find_stage([drawn for _, drawn in areas])
    seats = [(seat.x, seat.y) for section in sections for row in section.rows for seat in row.seats]
    focal = (stage.x, stage.y) if stage else middle(seats)
    return Geometry(
        id=seat_map_id,
        name=name,
        seat_count=index,
        size=_size(plan, seats, [drawn for _, drawn in areas]),
        focal_point=GeometryPoint(*focal),
        stage=stage,
        categories=tuple(
            GeometryCategory(category.name, category.color, counts.get(category.name, 0))
            for category in plan.categories
        ),
        sections=tuple(sections),
        areas=tuple(drawn for _, drawn in areas),
        runs=tuple(runs),
        companions=pair_companions(sections),
    )


def _draw_row(row: Row, row_id: str, first_index: int) -> GeometryRow:
    seats = tuple(
        GeometrySeat(
            id=seat.seat.seat_guid,
            index=first_index + i,
            number=seat.number,
            x=_short(seat.x),
            y=_short(seat.y),
            category=seat.seat.category,
            attributes=seat.seat.attributes,
        )
        for i, seat in enumerate(row.seats)
    )
    return GeometryRow(id=row_id, name=row.name, label=_row_label(row), seats=seats)


def _row_label(row: Row) -> GeometryPoint:
    first = row.seats[0]
    if len(row.seats) == 1:
        return GeometryPoint(_short(first.x - 25), _short(first.y))
    second = row.seats[1]
    length = math.hypot(second.x - first.x, second.y - first.y) or 1.0
    step = (row.spacing or 25.0) / length
    x, y = first.x + (first.x - second.x) * step, first.y + (first.y - second.y) * step
    return GeometryPoint(_short(x), _short(y))


def _runs_of(row: Row, first_index: int) -> list[tuple[int, int]]:
    gap, start, runs = gap_of(row), 0, []
    for i in range(1, len(row.seats)):
        a, b = row.seats[i - 1], row.seats[i]
        if math.hypot(b.x - a.x, b.y - a.y) > gap:
            runs.append((first_index + start, first_index + i))
            start = i
    return [*runs, (first_index + start, first_index + len(row.seats))]


def _draw_section(section: Section, rows: tuple[GeometryRow, ...]) -> GeometrySection:
    points = [(seat.x, seat.y) for row in section.rows for seat in row.seats]
    outline = outline_of(points, row_distance(section.rows))
    # The label stands on the seat that is nearest to the middle: of a bent section the middle is outside.
    centre = middle(points)
    x, y = min(points, key=lambda point: math.dist(point, centre))
    if math.dist((x, y), centre) < 3 * row_distance(section.rows):
        x, y = centre
    return GeometrySection(
        id=section.id,
        name=section.name,
        outline=tuple(outline),
        label=GeometryPoint(_short(x), _short(y)),
        rows=rows,
    )


def _draw_area(area: PlanArea, zone: Zone) -> GeometryArea:
    """Draw an area. pretix positions a rectangle by its corner, a circle and an ellipse by their middle."""
    left, top = zone.position.x + area.position.x, zone.position.y + area.position.y
    width = height = 0.0
    points: tuple[XY, ...] = ()
    x, y = left, top
    if area.rectangle is not None:
        width, height = area.rectangle.width, area.rectangle.height
        x, y = left + width / 2, top + height / 2
    elif area.circle is not None:
        width = height = 2 * area.circle.radius
    elif area.ellipse is not None:
        width, height = 2 * area.ellipse.radius.x, 2 * area.ellipse.radius.y
    elif area.polygon is not None and area.polygon.points:
        points = tuple((_short(left + point.x), _short(top + point.y)) for point in area.polygon.points)
        x, y = middle(points)
        width = max(px for px, _ in points) - min(px for px, _ in points)
        height = max(py for _, py in points) - min(py for _, py in points)
    text = None
    if isinstance(area.text, AreaText) and area.text.text:
        at = (left + area.text.position.x, top + area.text.position.y) if area.text.position else (x, y)
        text = GeometryText(area.text.text, area.text.color, _short(at[0]), _short(at[1]), area.text.size or 16)
    return GeometryArea(
        shape=area.shape or "text",
        x=_short(x),
        y=_short(y),
        width=_short(width),
        height=_short(height),
        rotation=area.rotation,
        color=area.color,
        border_color=area.border_color,
        points=points,
        text=text,
    )


def _find_stage(areas: list[GeometryArea]) -> GeometryStage | None:
    """Return the area named stage or pitch, else the largest one."""
    named = [area for area in areas if area.text and any(word in fold(area.text.text) for word in _STAGE_WORDS)]
    drawn = named or [area for area in areas if area.width * area.height > 0]
    if not drawn:
        return None
    best = max(drawn, key=lambda area: area.width * area.height)
    return GeometryStage(best.text.text if best.text else "", best.x, best.y, best.width, best.height)


def _size(plan: SeatingPlan, seats: list[XY], areas: list[GeometryArea]) -> GeometrySize:
    """Return the plan's own size, enlarged to contain all seats; without one, the size of the drawing."""
    right, bottom = max(x for x, _ in seats), max(y for _, y in seats)
    if plan.size is not None:
        return GeometrySize(max(plan.size.width, _short(right)), max(plan.size.height, _short(bottom)))
    right = max([right, *(area.x + area.width / 2 for area in areas)])
    bottom = max([bottom, *(area.y + area.height / 2 for area in areas)])
    return GeometrySize(_short(right + MARGIN), _short(bottom + MARGIN))


def _short(value: float) -> float:
    return round(value, 1)
