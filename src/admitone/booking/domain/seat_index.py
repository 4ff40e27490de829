"""A seat map prepared for thousands of look-ups a second. Built once per map; immutable."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from admitone.catalogue.contracts import Seat, SeatMap

# With fewer free seats than this, searching for the seats finds their runs faster.
SPARSE_SEATS = 256
# Runs that a cell of the grid holds on average: the nearest runs are in the nine cells around.
CELL_RUNS = 6

Cell = tuple[int, int]


@dataclass(frozen=True)
class Run:
    """Seats `start … end - 1` without a gap.

    `nearest` = distance of the best of them to the focal point; `x`, `y` of the middle one (plan units).
    """

    start: int
    end: int
    nearest: float
    x: float
    y: float


@dataclass(frozen=True)
class SeatIndex:
    """Seats by index, their runs, and their distance to the focal point (plan units)."""

    seats: tuple[Seat, ...]
    runs: tuple[Run, ...]
    """From the best to the worst."""
    run_of: tuple[Run, ...]
    """By seat index."""
    distances: tuple[float, ...]
    cell_size: float
    cells: Mapping[Cell, tuple[Run, ...]]
    """A grid over the plan: the runs whose middle is in the cell."""
    wheelchair_places: frozenset[int] = frozenset()
    place_of: Mapping[int, int] = field(default_factory=dict)
    """Companion seat → its wheelchair place."""

    @cached_property
    def index_by_seat_id(self) -> dict[str, int]:
        return {seat.id: seat.index for seat in self.seats}

    def best_runs(self, states: bytes) -> Iterable[Run]:
        """Runs in which a seat may be free, from the best to the worst. `states`: one byte a seat, `a` is free."""
        if self._is_dense(states):
            return self.runs
        return sorted(self._runs_with_free(states), key=lambda run: (run.nearest, run.start))

    def runs_near(self, index: int, states: bytes) -> Iterator[Run]:
        """Runs in which a seat may be free, those nearest to the run of this seat first."""
        middle = self.run_of[index]

        def distance(run: Run) -> float:
            return math.hypot(run.x - middle.x, run.y - middle.y)

        if self._is_dense(states):
            yield from sorted(self._runs_around(middle), key=distance)
        yield from sorted(self._runs_with_free(states), key=distance)

    def _is_dense(self, states: bytes) -> bool:
        return states.count(b"a", 0, len(self.seats)) > SPARSE_SEATS

    def _runs_around(self, middle: Run) -> Iterator[Run]:
        column, line = _cell(middle, self.cell_size)
        for x in (column - 1, column, column + 1):
            for y in (line - 1, line, line + 1):
                yield from self.cells.get((x, y), ())

    def _runs_with_free(self, states: bytes) -> Iterator[Run]:
        count = len(self.seats)  # general-admission places come after the seats
        at = states.find(b"a", 0, count)
        while at != -1:
            run = self.run_of[at]
            yield run
            at = states.find(b"a", run.end, count)


EMPTY_SEAT_INDEX = SeatIndex(seats=(), runs=(), run_of=(), distances=(), cell_size=1.0, cells={})


def build_seat_index(seat_map: SeatMap) -> SeatIndex:
    """Return the index of a seat map: O(seats log seats), about 60 ms for a stadium of 40,000."""
    focal_x, focal_y = seat_map.focal_point
    distances = tuple(math.hypot(seat.x - focal_x, seat.y - focal_y) for seat in seat_map.seats)
    run_of: list[Run] = []
    runs = []
    for start, end in seat_map.runs:
        middle = seat_map.seats[(start + end) // 2]
        run = Run(start, end, min(distances[start:end]), middle.x, middle.y)
        run_of += [run] * (end - start)
        runs.append(run)
    assert len(run_of) == len(seat_map.seats), "every seat is in a run, in order"
    runs.sort(key=lambda run: (run.nearest, run.start))
    cell_size = _cell_size(runs)
    cells: defaultdict[Cell, list[Run]] = defaultdict(list)
    for run in runs:
        cells[_cell(run, cell_size)].append(run)
    grid = {cell: tuple(found) for cell, found in cells.items()}
    places = frozenset(seat.index for seat in seat_map.seats if "accessible" in seat.attributes)
    return SeatIndex(
        seat_map.seats, tuple(runs), tuple(run_of), distances, cell_size, grid, places, dict(seat_map.companions)
    )


def _cell(run: Run, size: float) -> Cell:
    return math.floor(run.x / size), math.floor(run.y / size)


def _cell_size(runs: list[Run]) -> float:
    if not runs:
        return 1.0
    width = max(run.x for run in runs) - min(run.x for run in runs)
    height = max(run.y for run in runs) - min(run.y for run in runs)
    # A plan with seats on one line has no area: use its length.
    return max(math.sqrt(width * height * CELL_RUNS / len(runs)), max(width, height) * CELL_RUNS / len(runs), 1e-9)
