"""Best available: seats in one run nearest the focal point, leaving no single seat; then split.

States are one byte per seat (`a` free), as in Redis, so `bytes.find` finds a stretch of free seats.
"""

import math
from collections.abc import Callable

from admitone.booking.domain.seat_index import Run, SeatIndex

FREE = ord("a")

Allowed = Callable[[int], bool]
"""Seat index → may this seat be picked (price level, section)."""

Score = Callable[[int], float]
"""Seat index → its cost; the seats with the lowest one are picked."""


def pick_together(
    seat_index: SeatIndex, states: bytes, quantity: int, allowed: Allowed, *, leave_singles: bool = False
) -> list[int] | None:
    """Return `quantity` neighbouring seats with the least mean distance, or None.

    Without `leave_singles`, skip choices that would leave a single seat.
    """
    best: tuple[float, int] | None = None
    for run in seat_index.best_runs(states):
        if best is not None and run.nearest >= best[0]:
            break  # runs are in order of their best seat: no later run is better
        found = _best_window(seat_index, states, run, quantity, allowed, leave_singles=leave_singles)
        if found is not None and (best is None or found < best):
            best = found
    return None if best is None else list(range(best[1], best[1] + quantity))


def can_pick_together(seat_index: SeatIndex, states: bytes, quantity: int, allowed: Allowed) -> bool:
    """Return whether `pick_together` would find something; stops at the first window that fits."""
    wanted = b"a" * quantity
    for run in seat_index.best_runs(states):
        start = states.find(wanted, run.start, run.end)
        while start != -1:
            window = list(range(start, start + quantity))
            if all(allowed(i) for i in window) and not find_orphans(seat_index, states, window):
                return True
            start = states.find(wanted, start + 1, run.end)
    return False


def pick_best(
    seat_index: SeatIndex, states: bytes, quantity: int, allowed: Allowed, *, together: bool
) -> list[int] | None:
    """Return the best `quantity` seats: together without leaving singles, then leaving one, then split.

    None if there are not enough (or, with `together`, not enough side by side).
    """
    for leave_singles in (False, True):
        chosen = pick_together(seat_index, states, quantity, allowed, leave_singles=leave_singles)
        if chosen is not None:
            return chosen
    return None if together else _pick_split(seat_index, states, quantity, allowed)


def pick_near(seat_index: SeatIndex, states: bytes, wanted: list[int], allowed: Allowed) -> list[int] | None:
    """Return a free choice of the size of `wanted`, nearest to its middle: the alternative when it is taken."""
    middle_x = sum(seat_index.seats[i].x for i in wanted) / len(wanted)
    middle_y = sum(seat_index.seats[i].y for i in wanted) / len(wanted)

    def distance(index: int) -> float:
        return math.hypot(seat_index.seats[index].x - middle_x, seat_index.seats[index].y - middle_y)

    quantity = len(wanted)
    if states.count(b"a", 0, len(seat_index.seats)) < quantity:
        return None
    fallback = None
    for run in seat_index.runs_near(wanted[len(wanted) // 2], states):
        for leave_singles in (False, True):
            found = _best_window(
                seat_index, states, run, quantity, allowed, leave_singles=leave_singles, score=distance
            )
            if found is not None:
                choice = list(range(found[1], found[1] + quantity))
                if not leave_singles:
                    return choice
                fallback = fallback or choice
    return fallback or _pick_split(seat_index, states, quantity, allowed)


def find_orphans(seat_index: SeatIndex, states: bytes, chosen: list[int]) -> list[int]:
    """Return the free seats that `chosen` would newly leave without a free neighbour."""
    taken = set(chosen)

    def free(index: int, run: Run) -> bool:
        return run.start <= index < run.end and states[index] == FREE and index not in taken

    orphans = set()
    for seat in chosen:
        run = seat_index.run_of[seat]
        for neighbour in (seat - 1, seat + 1):
            if free(neighbour, run) and not free(neighbour - 1, run) and not free(neighbour + 1, run):
                orphans.add(neighbour)
    return sorted(orphans)


def _best_window(
    seat_index: SeatIndex,
    states: bytes,
    run: Run,
    quantity: int,
    allowed: Allowed,
    *,
    leave_singles: bool,
    score: Score | None = None,
) -> tuple[float, int] | None:
    """Return (mean score, first index) of the best free window of `quantity` seats in one run."""
    badness = score or seat_index.distances.__getitem__
    wanted = b"a" * quantity
    best: tuple[float, int] | None = None
    start = states.find(wanted, run.start, run.end)
    while start != -1:
        window = range(start, start + quantity)
        if all(allowed(i) for i in window):
            found = (sum(badness(i) for i in window) / quantity, start)
            if (best is None or found < best) and (leave_singles or not find_orphans(seat_index, states, list(window))):
                best = found
        start = states.find(wanted, start + 1, run.end)
    return best


def _pick_split(seat_index: SeatIndex, states: bytes, quantity: int, allowed: Allowed) -> list[int] | None:
    """Return `quantity` seats in few and good groups, by a greedy choice."""
    remaining = bytearray(states)
    chosen: list[int] = []
    size = quantity - 1
    while len(chosen) < quantity and size > 0:
        group = pick_together(seat_index, bytes(remaining), size, allowed, leave_singles=True)
        if group is None:
            size -= 1
            continue
        chosen += group
        for index in group:
            remaining[index] = ord("h")
        size = min(size, quantity - len(chosen))
    return sorted(chosen) if len(chosen) == quantity else None
