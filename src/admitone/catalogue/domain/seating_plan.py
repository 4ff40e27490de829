"""The organizer's seating plan: pretix's JSON format, with a limit on everything.

Source of the format: pretix `seating-plan.schema.json`, its newer and its older version. Everything that the schema
allows is accepted; other members are ignored, and `complete_seating_plan` adds missing ones. The `attributes` of a seat
are our addition.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from admitone.catalogue.domain.drafts import Name
from admitone.kit.refusal import Fault
from admitone.kit.text import LABEL, NAME, name_fault

SEATS_MAX = 200_000

Coordinate = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]
Length = Annotated[float, Meta(ge=0, le=1_000_000)]
Label = Annotated[str, Meta(max_length=200, extra={"rule": LABEL})]
Number = Annotated[str, Meta(max_length=50, extra={"rule": LABEL})]
Color = Annotated[str, Meta(max_length=200)]
"""Any text; an unknown color is not shown."""
AreaShape = Literal["circle", "ellipse", "rectangle", "polygon", "text"]
Attribute = Literal["accessible", "companion", "restricted_view"]


class Point(Struct, frozen=True):
    x: Coordinate
    y: Coordinate


class PlanSeat(Struct, frozen=True):
    seat_guid: Annotated[str, Meta(min_length=1, max_length=200)]
    seat_number: Number | int
    position: Point
    category: Annotated[str, Meta(max_length=100, extra={"rule": LABEL})] = ""
    attributes: Annotated[tuple[Attribute, ...], Meta(max_length=3)] = ()


class PlanRow(Struct, frozen=True):
    """`row_label`, `seat_label`: how tickets name the row and its seats; %s is the number."""

    seats: Annotated[tuple[PlanSeat, ...], Meta(max_length=10_000)]
    position: Point | None = None
    row_number: Number | int | None = None
    row_label: Label | None = None
    seat_label: Label | None = None
    row_number_position: Color | None = None


class Extent(Struct, frozen=True):
    width: Length
    height: Length


class Circle(Struct, frozen=True):
    radius: Length


class Ellipse(Struct, frozen=True):
    radius: Point


class Polygon(Struct, frozen=True):
    points: Annotated[tuple[Point, ...], Meta(max_length=2_000)]


class AreaText(Struct, frozen=True):
    text: Label = ""
    color: Color | None = None
    position: Point | None = None
    size: Length | None = None


class PlanArea(Struct, frozen=True):
    """`width` and `height`: of older plans, whose `text` is a string."""

    shape: AreaShape | None = None
    position: Point = Point(0, 0)
    color: Color | None = None
    border_color: Color | None = None
    rotation: Coordinate = 0
    text: AreaText | Label | None = None
    width: Length | None = None
    height: Length | None = None
    rectangle: Extent | None = None
    circle: Circle | None = None
    ellipse: Ellipse | None = None
    polygon: Polygon | None = None


class Zone(Struct, frozen=True):
    rows: Annotated[tuple[PlanRow, ...], Meta(max_length=20_000)] = ()
    position: Point = Point(0, 0)
    name: Label = ""
    zone_id: Annotated[str, Meta(max_length=200)] | None = None
    areas: Annotated[tuple[PlanArea, ...], Meta(max_length=1_000)] = ()


class Category(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=100, extra={"rule": NAME})]
    color: Color = ""


class SeatingPlan(Struct, frozen=True):
    zones: Annotated[tuple[Zone, ...], Meta(min_length=1, max_length=2_000)]
    categories: Annotated[tuple[Category, ...], Meta(max_length=200)] = ()
    size: Extent | None = None
    name: Label = ""


class SeatMapDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    plan: SeatingPlan


def check_seating_plan(plan: SeatingPlan) -> Iterator[Fault]:
    """Yield every fault of a completed plan that involves several members; pointers are within the plan."""
    known: set[str] = set()
    for i, category in enumerate(plan.categories):
        if category.name in known:
            yield f"/categories/{i}/name", f"The category {category.name} is listed twice."
        known.add(category.name)
    guids: set[str] = set()
    count = 0
    for z, zone in enumerate(plan.zones):
        if zone.name and (words := name_fault(zone.name)) is not None:
            yield f"/zones/{z}/name", words
        for r, row in enumerate(zone.rows):
            count += len(row.seats)
            numbers: set[str] = set()
            for s, seat in enumerate(row.seats):
                number = str(seat.seat_number)
                if seat.category in known and seat.seat_guid not in guids and number not in numbers:
                    guids.add(seat.seat_guid)
                    numbers.add(number)
                    continue
                yield from _seat_faults(seat, f"/zones/{z}/rows/{r}/seats/{s}", known, guids, numbers)
    if count == 0:
        yield "/zones", "The plan has no seats."
    if count > SEATS_MAX:
        yield "/zones", f"The plan has {count} seats; at most {SEATS_MAX} are possible."


def _seat_faults(seat: PlanSeat, pointer: str, known: set[str], guids: set[str], numbers: set[str]) -> Iterator[Fault]:
    if seat.category not in known:
        words = f"The plan has no category {seat.category}." if seat.category else "Name one of the plan's categories."
        yield f"{pointer}/category", words
    if seat.seat_guid in guids:
        yield f"{pointer}/seat_guid", f"Another seat has the id {seat.seat_guid}."
    if str(seat.seat_number) in numbers:
        yield f"{pointer}/seat_number", f"Another seat of this row has the number {seat.seat_number}."
    guids.add(seat.seat_guid)
    numbers.add(str(seat.seat_number))
