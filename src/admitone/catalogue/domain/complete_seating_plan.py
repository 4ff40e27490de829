"""Add the members that pretix's schema makes optional: categories, colors, positions of rows, shapes.

Lists keep their order and length: a fault in the completed plan has the same pointer in the submitted one.
"""

from collections.abc import Iterable

import msgspec

from admitone.catalogue.domain.colors import read_color
from admitone.catalogue.domain.price_levels import PALETTE
from admitone.catalogue.domain.seating_plan import (
    AreaShape,
    AreaText,
    Category,
    Extent,
    PlanArea,
    PlanRow,
    Point,
    SeatingPlan,
    Zone,
)

ONLY_CATEGORY = "Seats"
"""The category of a plan whose seats have none."""
ROW_DISTANCE = 30.0
"""The distance from a row to one without a position of its own, in units of the plan; seats are about 20 wide."""


def complete_seating_plan(plan: SeatingPlan) -> SeatingPlan:
    """Return the complete plan, except for its size, which the drawing computes."""
    categories = _fill_categories(plan)
    only = categories[0].name if len(categories) == 1 else ""
    return msgspec.structs.replace(
        plan, categories=categories, zones=tuple(_fill_zone(zone, only) for zone in plan.zones)
    )


def _fill_categories(plan: SeatingPlan) -> tuple[Category, ...]:
    names: Iterable[str] = (
        seat.category or ONLY_CATEGORY for zone in plan.zones for row in zone.rows for seat in row.seats
    )
    listed = plan.categories or tuple(Category(name) for name in dict.fromkeys(names))
    return tuple(
        Category(category.name, read_color(category.color) or PALETTE[i % len(PALETTE)])
        for i, category in enumerate(listed)
    )


def _fill_zone(zone: Zone, only: str) -> Zone:
    rows = _place_rows(zone.rows)
    if only and any(seat.category == "" for row in rows for seat in row.seats):
        rows = tuple(_in_category(row, only) for row in rows)
    return msgspec.structs.replace(zone, rows=rows, areas=tuple(_fill_area(area) for area in zone.areas))


def _place_rows(rows: tuple[PlanRow, ...]) -> tuple[PlanRow, ...]:
    """Place rows without a position at the start of the zone, below the rows that they would cover."""
    if all(row.position is not None for row in rows):
        return rows
    taken: set[tuple[float, float]] = set()
    placed = []
    for row in rows:
        position = row.position or Point(0, 0)
        if row.position is None and any((seat.position.x, seat.position.y) in taken for seat in row.seats):
            lowest = max(y for _, y in taken)
            position = Point(0, lowest + ROW_DISTANCE - min(seat.position.y for seat in row.seats))
        taken |= {(position.x + seat.position.x, position.y + seat.position.y) for seat in row.seats}
        placed.append(msgspec.structs.replace(row, position=position))
    return tuple(placed)


def _in_category(row: PlanRow, only: str) -> PlanRow:
    seats = tuple(seat if seat.category else msgspec.structs.replace(seat, category=only) for seat in row.seats)
    return msgspec.structs.replace(row, seats=seats)


def _fill_area(area: PlanArea) -> PlanArea:
    """Convert an older area: it has `width` and `height`, and its text is a string."""
    rectangle = area.rectangle
    if rectangle is None and area.width is not None and area.height is not None:
        rectangle = Extent(area.width, area.height)
    text = AreaText(area.text) if isinstance(area.text, str) else area.text
    if text is not None:
        text = msgspec.structs.replace(text, color=read_color(text.color))
    shapes: dict[AreaShape, object] = {
        "circle": area.circle,
        "ellipse": area.ellipse,
        "polygon": area.polygon,
        "rectangle": rectangle,
    }
    shape = area.shape or next((name for name, drawn in shapes.items() if drawn is not None), "text")
    return msgspec.structs.replace(
        area,
        shape=shape,
        rectangle=rectangle,
        text=text,
        color=read_color(area.color),
        border_color=read_color(area.border_color),
    )
