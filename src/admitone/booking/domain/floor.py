"""A seat map made ready for questions that are asked thousands of times a second. Built once a map, immutable."""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from admitone.catalogue.contracts import Seat, SeatMap


@dataclass(frozen=True)
class Run:
    """Seats `start … end - 1` without a gap; `nearest` = distance of the best of them to the focal point."""

    start: int
    end: int
    nearest: float


# An alternative is nearly always among these; kept a run, so that a thousand losers a second cost no sorting.
NEAR_RUNS = 48


@dataclass(frozen=True)
class Floor:
    """Seats by index, their runs, and their distance to where the audience looks (plan units)."""

    seats: tuple[Seat, ...]
    runs: tuple[Run, ...]
    """From the best to the worst."""
    run_of: tuple[tuple[int, int], ...]
    """Seat index → (start, end) of its run."""
    distances: tuple[float, ...]
    _near: dict[int, tuple[Run, ...]] = field(default_factory=dict, repr=False, compare=False)
    """First seat of a run → the runs nearest to its middle."""

    @cached_property
    def index_by_seat_id(self) -> dict[str, int]:
        return {seat.id: seat.index for seat in self.seats}

    def runs_near(self, index: int) -> Iterator[Run]:
        """All runs, those nearest to the run of this seat first."""
        run = self.run_of[index]
        middle = self.seats[sum(run) // 2]

        def distance(other: Run) -> float:
            seat = self.seats[(other.start + other.end) // 2]
            return math.hypot(seat.x - middle.x, seat.y - middle.y)

        near = self._near.get(run[0])
        if near is None:
            near = self._near[run[0]] = tuple(heapq.nsmallest(NEAR_RUNS, self.runs, key=distance))
        yield from near
        if len(near) < len(self.runs):
            yield from sorted(self.runs, key=distance)[len(near) :]


EMPTY_FLOOR = Floor(seats=(), runs=(), run_of=(), distances=())


def build_floor(seat_map: SeatMap) -> Floor:
    """Return the floor of a map: O(seats log seats), about 60 ms for a stadium of 40,000."""
    focal_x, focal_y = seat_map.focal_point
    distances = tuple(math.hypot(seat.x - focal_x, seat.y - focal_y) for seat in seat_map.seats)
    run_of: list[tuple[int, int]] = [(0, 0)] * len(seat_map.seats)
    runs = []
    for start, end in seat_map.runs:
        run_of[start:end] = [(start, end)] * (end - start)
        runs.append(Run(start, end, min(distances[start:end])))
    runs.sort(key=lambda run: (run.nearest, run.start))
    return Floor(seat_map.seats, tuple(runs), tuple(run_of), distances)
