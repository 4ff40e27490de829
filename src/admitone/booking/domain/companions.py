"""Wheelchair places and companion seats: who may book them, and their effect on the seats beside them.

- Best available never picks one without a request for it (`hide_reserved`).
- A companion seat is sold in the booking of its wheelchair place, or once that place is sold (`find_unaccompanied`).
- For the orphan rule a reserved seat is a wall: it leaves no single seat, and is no seat's neighbour (`wall_run`).

A plan without reserved seats costs one check of an empty set.
"""

from collections.abc import Iterable

from admitone.booking.domain.sale_plan import SalePlan

SOLD = b"s"


def hide_reserved(plan: SalePlan, states: bytes | bytearray) -> bytes:
    """Return the states with reserved seats marked as not free, to pick for buyers who did not request them."""
    if not plan.reserved:
        return bytes(states)
    shown = bytearray(states)
    for index in plan.reserved:
        if index < len(shown):
            shown[index] = ord("b")
    return bytes(shown)


def find_unaccompanied(plan: SalePlan, seats: Iterable[int]) -> list[int]:
    """Return the companion seats among these (sorted) whose wheelchair place is not among them."""
    wanted = set(seats)
    place_of = plan.seat_index.place_of
    return sorted(seat for seat in wanted & plan.reserved if seat in place_of and place_of[seat] not in wanted)


def still_bound(plan: SalePlan, states: bytes, unaccompanied: Iterable[int]) -> list[int]:
    """Return the companion seats whose place is not sold. Once it is, the seat beside it is on general sale."""
    return [seat for seat in unaccompanied if _state(states, plan.seat_index.place_of[seat]) != SOLD]


def wall_run(plan: SalePlan, index: int) -> tuple[int, int]:
    """Return (first, one past the last) of the seats around this one that may be its neighbours."""
    run = plan.seat_index.run_of[index]
    reserved = plan.reserved
    if not reserved:
        return run.start, run.end
    if index in reserved:
        return index, index + 1
    start = end = index
    while start > run.start and start - 1 not in reserved:
        start -= 1
    while end < run.end and end not in reserved:
        end += 1
    return start, end


def _state(states: bytes, index: int) -> bytes:
    return states[index : index + 1]
