"""Plane geometry of seat maps: hulls, outlines of sections. Points are (x, y), y grows downwards."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

XY = tuple[float, float]


def convex_hull(points: Iterable[XY]) -> list[XY]:
    """Return the corners of the hull (Andrew's monotone chain); fewer than three for points on a line."""
    ordered = sorted(set(points))
    if len(ordered) <= 2:
        return ordered

    def chain(run: Iterable[XY]) -> list[XY]:
        corners: list[XY] = []
        for point in run:
            while len(corners) > 1 and _turn(corners[-2], corners[-1], point) <= 0:
                corners.pop()
            corners.append(point)
        return corners[:-1]

    return chain(ordered) + chain(reversed(ordered))


def polygon_area(corners: Sequence[XY]) -> float:
    """Return the area, by the shoelace formula, without sign."""
    pairs = zip(corners, [*corners[1:], *corners[:1]], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def contains(corners: Sequence[XY], point: XY) -> bool:
    """Whether the point is inside the polygon (even-odd rule)."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def outline_of(points: Sequence[XY], reach: float) -> list[XY]:
    """Return a polygon around the points with a margin of about half of `reach`.

    `reach` is the usual distance between rows. If the convex hull would be mostly empty (seats around a corner or a
    floor), the outline follows the seats instead.
    """
    margin = reach * 0.6
    hull = convex_hull(_around(convex_hull(points), margin))
    # Cells are centred on the left-most and top-most seats: straight edges of seats get straight outlines.
    left, top = min(x for x, _ in points), min(y for _, y in points)
    cells = _grow({(round((x - left) / reach), round((y - top) / reach)) for x, y in points})
    if len(points) > 8 and len(cells) * reach * reach < 0.72 * polygon_area(hull):
        traced = _trace(cells)
        if len(traced) > 3:
            corners = [(left + (x - 0.5) * reach, top + (y - 0.5) * reach) for x, y in traced]
            corners = simplify(corners, reach * 0.8)
            sample = points[:: max(1, len(points) // 100)]
            # Of two separate pieces only one would get an outline: the hull is the better choice.
            if sum(contains(corners, point) for point in sample) > 0.9 * len(sample):
                return [_rounded(corner) for corner in corners]
    return [_rounded(corner) for corner in simplify(hull, margin * 0.15)]


def simplify(corners: Sequence[XY], tolerance: float) -> list[XY]:
    """Return fewer corners of a closed polygon, none moved, none further than `tolerance` from it (Douglas-Peucker)."""
    if len(corners) < 5:
        return list(corners)
    far = max(range(len(corners)), key=lambda i: math.dist(corners[0], corners[i]))
    halves = _thin(corners[: far + 1], tolerance)[:-1], _thin([*corners[far:], corners[0]], tolerance)[:-1]
    return [*halves[0], *halves[1]]


def middle(points: Sequence[XY]) -> XY:
    """Return the middle of the bounding box."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return _rounded(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))


def _turn(a: XY, b: XY, c: XY) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _around(points: Sequence[XY], margin: float) -> list[XY]:
    steps = [math.tau * i / 8 for i in range(8)]
    return [(x + margin * math.cos(a), y + margin * math.sin(a)) for x, y in points for a in steps]


def _grow(cells: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Close gaps of one cell: a cell with two filled neighbours on opposite sides is filled."""
    counts = Counter((x + dx, y + dy) for x, y in cells for dx in (-1, 0, 1) for dy in (-1, 0, 1))
    return cells | {
        (x, y)
        for (x, y) in counts
        if any((x - a, y - b) in cells and (x + a, y + b) in cells for a, b in ((1, 0), (0, 1), (1, 1), (1, -1)))
    }


def _trace(cells: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest boundary of a set of cells, as corners of the grid (without holes)."""
    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for x, y in cells:
        if (x, y - 1) not in cells:
            edges.setdefault((x, y), []).append((x + 1, y))
        if (x + 1, y) not in cells:
            edges.setdefault((x + 1, y), []).append((x + 1, y + 1))
        if (x, y + 1) not in cells:
            edges.setdefault((x + 1, y + 1), []).append((x, y + 1))
        if (x - 1, y) not in cells:
            edges.setdefault((x, y + 1), []).append((x, y))
    longest: list[tuple[int, int]] = []
    while edges:
        start = next(iter(edges))
        loop, at = [start], start
        while True:
            ends = edges[at]
            step = ends.pop()
            if not ends:
                del edges[at]
            if step == start:
                break
            loop.append(step)
            at = step
        if _extent(loop) > _extent(longest):
            longest = loop
    return longest


def _extent(loop: Sequence[XY]) -> float:
    return polygon_area(loop) if loop else 0.0


def _thin(line: Sequence[XY], tolerance: float) -> list[XY]:
    if len(line) < 3:
        return list(line)
    (ax, ay), (bx, by) = line[0], line[-1]
    length = math.dist(line[0], line[-1]) or 1.0
    offsets = [abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length for x, y in line]
    worst = max(range(len(line)), key=offsets.__getitem__)
    if offsets[worst] <= tolerance:
        return [line[0], line[-1]]
    return [*_thin(line[: worst + 1], tolerance)[:-1], *_thin(line[worst:], tolerance)]


def _rounded(point: XY) -> XY:
    return round(point[0], 1), round(point[1], 1)
