"""Plots that are drawn on the server: lines over time, which break where there are no data."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

WIDTH, HEIGHT = 600, 100
"""Of the drawing; a plot fills the width of its panel."""

Value = float | int | None


class Line(Struct, frozen=True):
    """`pieces`: the points of each unbroken piece, as SVG writes them. `dots`: points without a neighbour, each written
    as a line to itself: a plot is stretched to its panel, which would stretch a circle. `last`: the newest value."""

    name: str
    pieces: list[str]
    dots: list[str]
    last: Value
    most: Value


class Plot(Struct, frozen=True):
    """Lines in one unit, on one scale from 0 to `top`."""

    id: str
    title: str
    about: str
    unit: str
    lines: list[Line]
    top: float


Described = tuple[str, str, str, str, dict[str, str]]

PLOTS: tuple[Described, ...] = (
    ("queue", "People in queues", "", "", {"waiting": "Waiting"}),
    ("admissions", "Admissions a second", "People whose turn came.", "", {"admissions": "Admitted"}),
    ("sales", "Holds and sales a second", "", "", {"holds": "Holds", "sales": "Sales"}),
    (
        "latency",
        "Latency of a sale",
        "Requests that hold or buy.",
        "ms",
        {"p50_ms": "Half within", "p99_ms": "99 % within"},
    ),
    ("errors", "Answers 5xx a second", "Of all processes; 503 is shed load.", "", {"errors": "Errors"}),
    ("pool", "Waits for a connection", "Seconds waited in each second.", "s", {"pool_wait": "Waited"}),
    ("batch", "Requests in a batch", "More requests share a statement as load grows.", "", {"batch_items": "Requests"}),
    ("cpu", "CPU of the busiest process", "A process uses one core at most.", "%", {"busiest_cpu": "CPU"}),
)
"""Id, title, explanation, unit, and the lines: member of a point → name."""


def plots_of(points: Sequence[dict[str, Any]]) -> list[Plot]:
    """Return the plots of an on-sale, from the points of `GET /organizer/system/on-sale`."""
    return [_plot(points, described) for described in PLOTS]


def _plot(points: Sequence[dict[str, Any]], described: Described) -> Plot:
    name, title, about, unit, lines = described
    factor = 100 if unit == "%" else 1
    columns = {
        label: [None if point[member] is None else round(point[member] * factor, 2) for point in points]
        for member, label in lines.items()
    }
    top = max((value for column in columns.values() for value in column if value is not None), default=0) or 1
    return Plot(name, title, about, unit, [_line(label, column, top) for label, column in columns.items()], top)


def _line(name: str, values: Sequence[Value], top: float) -> Line:
    pieces: list[list[str]] = [[]]
    step = WIDTH / max(1, len(values) - 1)
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{place * step:.1f},{HEIGHT - value / top * HEIGHT:.1f}")
    known = [value for value in values if value is not None]
    drawn = [" ".join(piece) for piece in pieces if len(piece) > 1]
    dots = [f"{piece[0]} {piece[0]}" for piece in pieces if len(piece) == 1]
    return Line(name, drawn, dots, values[-1] if values else None, max(known, default=None))
