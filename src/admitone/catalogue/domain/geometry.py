"""The public form of a seat map: the body of `GET /seat-maps/{id}`, and the stored form."""

from msgspec import Struct

from admitone.catalogue.contracts import Seat, SeatMap

XY = tuple[float, float]


class GeometryPoint(Struct, frozen=True):
    x: float
    y: float


class GeometrySeat(Struct, frozen=True):
    id: str
    index: int
    number: str
    x: float
    y: float
    category: str
    attributes: tuple[str, ...]


class GeometryRow(Struct, frozen=True):
    """`label` is the position of the row's name: one seat's width outside of its first seat."""

    id: str
    name: str
    label: GeometryPoint
    seats: tuple[GeometrySeat, ...]


class GeometrySection(Struct, frozen=True):
    """`outline`: corners of a polygon around the seats, `[[x, y], …]`; `label`: the position of its name."""

    id: str
    name: str
    outline: tuple[XY, ...]
    label: GeometryPoint
    rows: tuple[GeometryRow, ...]


class GeometryText(Struct, frozen=True):
    text: str
    color: str | None
    x: float
    y: float
    size: float


class GeometryArea(Struct, frozen=True):
    """A drawn area that is not sold: x, y are the middle; `points` are absolute and set for polygons."""

    shape: str
    x: float
    y: float
    width: float
    height: float
    rotation: float
    color: str | None
    border_color: str | None
    points: tuple[XY, ...]
    text: GeometryText | None


class GeometryStage(Struct, frozen=True):
    """The stage or pitch, the focal point of the audience; x, y are its middle."""

    name: str
    x: float
    y: float
    width: float
    height: float


class GeometrySize(Struct, frozen=True):
    width: float
    height: float


class GeometryCategory(Struct, frozen=True):
    name: str
    color: str
    seat_count: int


class Geometry(Struct, frozen=True):
    """`index` counts seats 0 … n−1 over the whole map; `runs` are stretches of neighbours [first, one past last);
    `companions`: [index of a companion seat, index of the wheelchair place that it belongs to]."""

    id: str
    name: str
    seat_count: int
    size: GeometrySize
    focal_point: GeometryPoint
    stage: GeometryStage | None
    categories: tuple[GeometryCategory, ...]
    sections: tuple[GeometrySection, ...]
    areas: tuple[GeometryArea, ...]
    runs: tuple[tuple[int, int], ...]
    companions: tuple[tuple[int, int], ...] = ()


def seat_map_of(geometry: Geometry) -> SeatMap:
    """Return the flat form that booking uses."""
    return SeatMap(
        id=geometry.id,
        seats=tuple(
            Seat(
                id=seat.id,
                index=seat.index,
                number=seat.number,
                row=row.name,
                section_id=section.id,
                section=section.name,
                category=seat.category,
                x=seat.x,
                y=seat.y,
                attributes=seat.attributes,
            )
            for section in geometry.sections
            for row in section.rows
            for seat in row.seats
        ),
        runs=geometry.runs,
        focal_point=(geometry.focal_point.x, geometry.focal_point.y),
        companions=geometry.companions,
    )
