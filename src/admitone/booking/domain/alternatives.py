"""Find alternatives to unavailable seats: the same number, near them, at their prices if possible."""

import math
from collections.abc import Iterable

from admitone.booking.domain.companions import hide_reserved
from admitone.booking.domain.picking import Allowed, can_pick_together, pick_near
from admitone.booking.domain.picking_accessible import pick_accessible
from admitone.booking.domain.sale_plan import SalePlan


def pick_alternative(plan: SalePlan, states: bytes, wanted: list[int], *, for_anybody: bool = False) -> list[int]:
    """Return the nearest free choice of the size of `wanted`; empty if there is none.

    It has as many wheelchair places as `wanted`; none `for_anybody`.
    """
    if not states or not wanted:
        return []
    levels = {plan.level_id_of_seat(index) for index in wanted} - {None}
    places = 0 if for_anybody else len(plan.reserved.intersection(wanted) & plan.seat_index.wheelchair_places)
    at_their_prices = _pick(plan, states, wanted, places, lambda index: plan.level_id_of_seat(index) in levels)
    return (
        at_their_prices
        or _pick(plan, states, wanted, places, lambda index: plan.level_id_of_seat(index) is not None)
        or []
    )


def other_choice_remains(plan: SalePlan, states: bytes, wanted: Iterable[int]) -> bool:
    """Return whether as many seats at the prices of `wanted` are free side by side without leaving a single seat.

    Seats reserved for accessibility do not count: a buyer on one leaves no seat single.
    """
    seats = set(wanted)
    levels = {plan.level_id_of_seat(index) for index in seats}
    return can_pick_together(
        plan.seat_index,
        hide_reserved(plan, states),
        len(seats - plan.reserved),
        lambda index: plan.level_id_of_seat(index) in levels,
    )


def _pick(plan: SalePlan, states: bytes, wanted: list[int], places: int, allowed: Allowed) -> list[int] | None:
    if not places:
        return pick_near(plan.seat_index, hide_reserved(plan, states), wanted, allowed)
    seats = plan.seat_index.seats
    middle_x = sum(seats[i].x for i in wanted) / len(wanted)
    middle_y = sum(seats[i].y for i in wanted) / len(wanted)

    def distance(index: int) -> float:
        return math.hypot(seats[index].x - middle_x, seats[index].y - middle_y)

    return pick_accessible(plan, states, len(wanted), places, allowed, together=False, score=distance)
