"""The seating plan that an organizer writes: pretix's JSON format, with a limit on everything.

Source of the format: pretix `seating-plan.schema.json`. Members that pretix knows and we do not need are let
pass. `attributes` of a seat is an addition of ours.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from admitone.catalogue.domain.drafts import Color, Name
from admitone.kit.refusal import Fault

SEATS_MAX = 200_000

Coordinate = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]
Length = Annotated[float, Meta(ge=0, le=1_000_000)]
Label = Annotated[str, Meta(max_length=200)]
Attribute = Literal["accessible", "companion", "restricted_view"]


class Point(Struct, frozen=True):
    x: Coordinate
    y: Coordinate


class PlanSeat(Struct, frozen=True):
    seat_guid: Annotated[str, Meta(min_length=1, max_length=200)]
    seat_number: Annotated[str, Meta(max_length=50)] | int
    position: Point
    category: Annotated[str, Meta(min_length=1, max_length=100)]
    attributes: Annotated[tuple[Attribute, ...], Meta(max_length=3)] = ()


class PlanRow(Struct, frozen=True):
    position: Point
    seats: Annotated[tuple[PlanSeat, ...], Meta(max_length=10_000)]
    row_number: Annotated[str, Meta(max_length=50)] | int | None = None
    row_number_position: str | None = None


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
    color: str | None = None
    position: Point | None = None
    size: Length | None = None


class PlanArea(Struct, frozen=True):
    shape: Literal["circle", "ellipse", "rectangle", "polygon", "text"]
    position: Point
    color: str | None = None
    border_color: str | None = None
    rotation: Coordinate = 0
    text: AreaText | None = None
    rectangle: Extent | None = None
    circle: Circle | None = None
    ellipse: Ellipse | None = None
    polygon: Polygon | None = None


class Zone(Struct, frozen=True):
    position: Point
    rows: Annotated[tuple[PlanRow, ...], Meta(max_length=20_000)]
    name: Label = ""
    zone_id: Annotated[str, Meta(max_length=200)] | None = None
    areas: Annotated[tuple[PlanArea, ...], Meta(max_length=1_000)] = ()


class Category(Struct, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    color: Color


class Plan(Struct, frozen=True):
    categories: Annotated[tuple[Category, ...], Meta(min_length=1, max_length=200)]
    zones: Annotated[tuple[Zone, ...], Meta(min_length=1, max_length=2_000)]
    size: Extent
    name: Label = ""


class SeatMapDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    plan: Plan


def check_plan(plan: Plan) -> Iterator[Fault]:
    """Yield every fault that needs more than one field; pointers are within the plan."""
    known: set[str] = set()
    for i, category in enumerate(plan.categories):
        if category.name in known:
            yield f"/categories/{i}/name", f"The category {category.name} is listed twice."
        known.add(category.name)
    guids: set[str] = set()
    count = 0
    for z, zone in enumerate(plan.zones):
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
        yield f"{pointer}/category", f"The plan has no category {seat.category}."
    if seat.seat_guid in guids:
        yield f"{pointer}/seat_guid", f"Another seat has the id {seat.seat_guid}."
    if str(seat.seat_number) in numbers:
        yield f"{pointer}/seat_number", f"Another seat of this row has the number {seat.seat_number}."
    guids.add(seat.seat_guid)
    numbers.add(str(seat.seat_number))
