"""Best available for a group with wheelchair users: wheelchair places, their companion seats, then seats beside
them."""

from collections.abc import Callable

from admitone.booking.domain.companions import hide_reserved
from admitone.booking.domain.picking import FREE, Allowed, Score, pick_best
from admitone.booking.domain.sale_plan import SalePlan

Free = Callable[[int], bool]


def pick_accessible(
    plan: SalePlan,
    states: bytes,
    quantity: int,
    places: int,
    allowed: Allowed,
    *,
    together: bool,
    score: Score | None = None,
) -> list[int] | None:
    """Return `quantity` seats of which `wheelchair_places` are wheelchair places, or None.

    Together: wheelchair places of one group with their companion seats, and the next seats of the same run. Otherwise
    companions and friends without a seat there get the best remaining seats.
    """
    seat_index = plan.seat_index
    badness = score or seat_index.distances.__getitem__

    def free(index: int) -> bool:
        return states[index : index + 1] == b"a" and allowed(index)

    anchors = sorted((badness(index), index) for index in seat_index.wheelchair_places if free(index))
    best: list[int] = []
    for _, anchor in anchors:
        found = _grow(plan, anchor, quantity, places, free)
        if len(found) == quantity:
            return sorted(found)
        if not best:
            best = found
    if together or len(anchors) < places:
        return None
    return _split(plan, states, quantity, [index for _, index in anchors[:places]], allowed)


def _grow(plan: SalePlan, anchor: int, quantity: int, places: int, free: Free) -> list[int]:
    """Return the group around a wheelchair place; smaller than requested if there is no room."""
    chosen = [index for index in _group_places(plan, anchor) if free(index)][:places]
    if len(chosen) < places:
        return chosen
    chosen += _companions(plan, chosen, quantity - places, free)
    run = plan.seat_index.run_of[anchor]
    low, high = min(chosen), max(chosen)

    def fits(index: int) -> bool:
        return run.start <= index < run.end and index not in chosen and free(index) and index not in plan.reserved

    while len(chosen) < quantity:
        if fits(high + 1):
            high += 1
            chosen.append(high)
        elif fits(low - 1):
            low -= 1
            chosen.append(low)
        else:
            break
    return chosen


def _group_places(plan: SalePlan, anchor: int) -> list[int]:
    """Return the wheelchair places with only such places and companion seats between them, the nearest first."""
    seat_index = plan.seat_index
    row = (seat_index.seats[anchor].section_id, seat_index.seats[anchor].row)

    def belongs(index: int) -> bool:
        if not 0 <= index < len(seat_index.seats) or (
            index not in seat_index.wheelchair_places and index not in seat_index.place_of
        ):
            return False
        return (seat_index.seats[index].section_id, seat_index.seats[index].row) == row

    start = end = anchor
    while belongs(start - 1):
        start -= 1
    while belongs(end + 1):
        end += 1
    group = (index for index in range(start, end + 1) if index in seat_index.wheelchair_places)
    return sorted(group, key=lambda index: (abs(index - anchor), index))


def _companions(plan: SalePlan, places: list[int], wanted: int, free: Free) -> list[int]:
    own = [seat for seat, place in plan.seat_index.place_of.items() if place in places and free(seat)]
    return sorted(own, key=lambda seat: (abs(seat - places[0]), seat))[:wanted]


def _split(plan: SalePlan, states: bytes, quantity: int, places: list[int], allowed: Allowed) -> list[int] | None:
    chosen = places + _companions(
        plan, places, quantity - len(places), lambda index: states[index] == FREE and allowed(index)
    )
    missing = quantity - len(chosen)
    if missing == 0:
        return sorted(chosen)
    others = bytearray(hide_reserved(plan, states))
    for index in (*chosen, *plan.seat_index.wheelchair_places):  # never more wheelchair places than requested
        others[index] = ord("h")
    rest = pick_best(plan.seat_index, bytes(others), missing, allowed, together=False)
    return None if rest is None else sorted(chosen + rest)
