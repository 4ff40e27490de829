"""The columnar form of a seat map, for the pages: the same geometry as `Geometry`, without names that repeat.

A stadium of 39,616 seats takes 468 kB as gzipped JSON of `GET /seat-maps/{id}` and 31 kB in this form. Seats follow
each other by index, row after row. Positions are tenths of a unit. In each row the first value is the difference to the
first seat of the row before, the second the difference to the seat before, and all others the change of that
difference: zero in a straight row, and small in a curved one.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from admitone.catalogue.domain.geometry import (
    XY,
    Geometry,
    GeometryArea,
    GeometryPoint,
    GeometryRow,
    GeometrySeat,
    GeometrySize,
    GeometryStage,
)

COLUMNS_VERSION = 1
"""Part of the address, which is cached without end: every change of the form takes the next number."""
TENTHS = 10


class RowNumbers(Struct, frozen=True, array_like=True):
    """The numbers of a row's seats: `start`, `start + step`, …"""

    start: int
    step: int


class SectionColumns(Struct, frozen=True):
    """One value for each section; `rows` counts its rows."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    outlines: tuple[tuple[XY, ...], ...]
    labels: tuple[XY, ...]
    rows: tuple[int, ...]


class RowColumns(Struct, frozen=True):
    """One value for each row; `seats` counts its seats, `labels` are tenths.

    `numbers`: two integers [start, step], or the number of each seat. `ids`: the text before the number in each id, or
    the id of each seat.
    """

    names: tuple[str, ...]
    labels: tuple[tuple[int, int], ...]
    seats: tuple[int, ...]
    numbers: tuple[RowNumbers | tuple[str, ...], ...]
    ids: tuple[str | tuple[str, ...], ...]


class GeometryColumns(Struct, frozen=True):
    """`category`: alternately an index into `categories` and the number of seats that follow with it; `runs`: the
    length of each run, or None where each row is one; `accessible`, `restricted_view`: indices of seats."""

    seat_count: int
    size: GeometrySize
    focal_point: GeometryPoint
    stage: GeometryStage | None
    areas: tuple[GeometryArea, ...]
    sections: SectionColumns
    rows: RowColumns
    x: tuple[int, ...]
    y: tuple[int, ...]
    categories: tuple[str, ...]
    category: tuple[int, ...]
    accessible: tuple[int, ...]
    restricted_view: tuple[int, ...]
    runs: tuple[int, ...] | None
    companions: tuple[tuple[int, int], ...]


def columns_of(geometry: Geometry) -> GeometryColumns:
    rows = [row for section in geometry.sections for row in section.rows]
    seats = [seat for row in rows for seat in row.seats]
    runs = tuple(end - first for first, end in geometry.runs)
    counts = tuple(len(row.seats) for row in rows)
    categories = tuple(dict.fromkeys(seat.category for seat in seats))
    return GeometryColumns(
        seat_count=geometry.seat_count,
        size=geometry.size,
        focal_point=geometry.focal_point,
        stage=geometry.stage,
        areas=geometry.areas,
        sections=SectionColumns(
            ids=tuple(section.id for section in geometry.sections),
            names=tuple(section.name for section in geometry.sections),
            outlines=tuple(section.outline for section in geometry.sections),
            labels=tuple((section.label.x, section.label.y) for section in geometry.sections),
            rows=tuple(len(section.rows) for section in geometry.sections),
        ),
        rows=RowColumns(
            names=tuple(row.name for row in rows),
            labels=tuple((_tenths(row.label.x), _tenths(row.label.y)) for row in rows),
            seats=counts,
            numbers=tuple(_numbers(row) for row in rows),
            ids=tuple(_ids(row) for row in rows),
        ),
        x=tuple(_changes([[_tenths(seat.x) for seat in row.seats] for row in rows])),
        y=tuple(_changes([[_tenths(seat.y) for seat in row.seats] for row in rows])),
        categories=categories,
        category=tuple(_run_lengths([categories.index(seat.category) for seat in seats])),
        accessible=_having(seats, "accessible"),
        restricted_view=_having(seats, "restricted_view"),
        runs=None if runs == counts else runs,
        companions=geometry.companions,
    )


def _tenths(value: float) -> int:
    return round(value * TENTHS)


def _changes(rows: Iterable[Sequence[int]]) -> Iterable[int]:
    before = 0
    for row in rows:
        yield row[0] - before
        before = row[0]
        step = 0
        for last, value in pairwise(row):
            yield value - last - step
            step = value - last


def _numbers(row: GeometryRow) -> RowNumbers | tuple[str, ...]:
    texts = tuple(seat.number for seat in row.seats)
    if not all(text.isascii() and text.isdecimal() for text in texts):
        return texts
    start = int(texts[0])
    step = int(texts[1]) - start if len(texts) > 1 else 1
    expected = tuple(str(start + step * at) for at in range(len(texts)))
    return RowNumbers(start, step) if texts == expected else texts


def _ids(row: GeometryRow) -> str | tuple[str, ...]:
    prefix = row.seats[0].id.removesuffix(row.seats[0].number)
    if all(seat.id == prefix + seat.number for seat in row.seats):
        return prefix
    return tuple(seat.id for seat in row.seats)


def _run_lengths(values: Sequence[int]) -> list[int]:
    lengths: list[int] = []
    for value in values:
        if lengths and lengths[-2] == value:
            lengths[-1] += 1
        else:
            lengths += [value, 1]
    return lengths


def _having(seats: Sequence[GeometrySeat], attribute: str) -> tuple[int, ...]:
    return tuple(seat.index for seat in seats if attribute in seat.attributes)
