"""The branches of the orphan rule: a choice must not newly leave a free seat without a free neighbour."""

from collections.abc import Callable

from tests.vectors.case import Branches, Case
from tests.vectors.seat_rules import company, is_general, is_reserved


def _blocked_by(state: str) -> Callable[[Case], bool]:
    return lambda case: (
        case.is_plain and any(seat.state == state for orphan in case.verdict.orphans for seat in case.beside(orphan))
    )


def _walled_by(kind: str) -> Callable[[Case], bool]:
    def condition(case: Case) -> bool:
        return any(
            case.seats[wall].kind == kind and case.seats[wall].state == "free" and wall not in case.choice
            for orphan in case.verdict.orphans
            for wall in case.seats[orphan].neighbours
            if is_reserved(case.seats, wall)
        )

    return condition


def _reserved_beside(step: int) -> Callable[[Case], bool]:
    """A general seat that was single before is beside a chosen reserved seat."""

    def condition(case: Case) -> bool:
        return not case.verdict.orphans and any(
            is_reserved(case.seats, index - step) and not company(case.seats, index)
            for index in case.left()
            if index - step in case.chosen_neighbours(index)
        )

    return condition


def _aisle_beside_choice(step: int) -> Callable[[Case], bool]:
    """A general seat that was single before is across the aisle from a chosen seat."""

    def condition(case: Case) -> bool:
        return not case.verdict.orphans and any(
            0 <= (other := seat + step) < len(case.seats)
            and other not in case.seats[seat].neighbours
            and is_general(case.seats, other)
            and not company(case.seats, other)
            for seat in case.choice
        )

    return condition


def _aisle_beside_orphan(step: int) -> Callable[[Case], bool]:
    def condition(case: Case) -> bool:
        return any(
            0 <= (other := orphan + step) < len(case.seats)
            and other not in case.seats[orphan].neighbours
            and is_general(case.seats, other)
            and other not in case.choice
            for orphan in case.verdict.orphans
        )

    return condition


def _single_already(case: Case) -> bool:
    return (
        case.is_plain
        and not case.verdict.orphans
        and any(
            is_general(case.seats, index)
            and index not in case.choice
            and not company(case.seats, index)
            and any(case.chosen_neighbours(neighbour) for neighbour in case.seats[index].neighbours)
            for index in range(len(case.seats))
        )
    )


BRANCHES: Branches = {
    "single_seat_taken": (
        "A buyer takes a seat without neighbours: no seat is left single.",
        lambda case: not case.seats[case.choice[0]].neighbours and len(case.choice) == 1,
    ),
    "orphan_before": (
        "The choice leaves the first seat of the row single.",
        lambda case: case.is_plain and any(orphan < case.choice[0] for orphan in case.verdict.orphans),
    ),
    "orphan_after": (
        "The choice leaves the last seat of the row single.",
        lambda case: case.is_plain and any(orphan > case.choice[-1] for orphan in case.verdict.orphans),
    ),
    "orphan_between": (
        "The choice leaves a single seat between two chosen seats.",
        lambda case: case.is_plain and any(len(case.chosen_neighbours(orphan)) == 2 for orphan in case.verdict.orphans),
    ),
    "orphans_on_both_sides": (
        "One chosen seat leaves a single seat on either side.",
        lambda case: case.is_plain and len(case.choice) == 1 and len(case.verdict.orphans) == 2,
    ),
    "orphan_beside_held": ("The single seat has a held seat on its other side.", _blocked_by("held")),
    "orphan_beside_sold": ("The single seat has a sold seat on its other side.", _blocked_by("sold")),
    "orphan_beside_blocked": ("The single seat has a blocked seat on its other side.", _blocked_by("blocked")),
    "two_stay_together_before": (
        "Two free seats before the choice stay neighbours.",
        lambda case: (
            case.is_plain and not case.verdict.orphans and any(index < case.choice[0] for index in case.left())
        ),
    ),
    "two_stay_together_after": (
        "Two free seats after the choice stay neighbours.",
        lambda case: (
            case.is_plain and not case.verdict.orphans and any(index > case.choice[-1] for index in case.left())
        ),
    ),
    "whole_row_taken": (
        "The choice takes every seat of the row.",
        lambda case: case.is_plain and len(case.choice) == len(case.seats) == 2 and case.seats[0].neighbours == (1,),
    ),
    "single_already": ("A seat that was single before the choice is not the fault of the choice.", _single_already),
    "aisle_after_choice": (
        "A single seat across the aisle after the choice was single before.",
        _aisle_beside_choice(1),
    ),
    "aisle_before_choice": (
        "A single seat across the aisle before the choice was single before.",
        _aisle_beside_choice(-1),
    ),
    "aisle_after_orphan": ("A free seat across the aisle after a seat is not its neighbour.", _aisle_beside_orphan(1)),
    "aisle_before_orphan": (
        "A free seat across the aisle before a seat is not its neighbour.",
        _aisle_beside_orphan(-1),
    ),
    "neighbour_at_another_price": (
        "A free neighbour at another price keeps a seat from being single.",
        lambda case: (
            not case.verdict.orphans
            and any(
                case.seats[other].level != case.seats[index].level
                for index in case.left()
                for other in company(case.seats, index, case.choice)
            )
        ),
    ),
    "orphan_at_another_price": (
        "The choice leaves a seat at another price single.",
        lambda case: any(
            case.seats[orphan].level != case.seats[seat].level
            for orphan in case.verdict.orphans
            for seat in case.chosen_neighbours(orphan)
        ),
    ),
    "free_wheelchair_place_is_no_neighbour": (
        "A free wheelchair place does not keep the seat beside it from being single.",
        _walled_by("wheelchair_place"),
    ),
    "free_companion_seat_is_no_neighbour": (
        "A free companion seat does not keep the seat beside it from being single.",
        _walled_by("companion_seat"),
    ),
    "reserved_choice_leaves_no_orphan_before": (
        "A buyer on a reserved seat leaves the seat before it as single as it was.",
        _reserved_beside(-1),
    ),
    "reserved_choice_leaves_no_orphan_after": (
        "A buyer on a reserved seat leaves the seat after it as single as it was.",
        _reserved_beside(1),
    ),
    "reserved_seat_is_no_orphan": (
        "A reserved seat that stays alone is not an orphan.",
        lambda case: (
            not case.verdict.orphans
            and any(
                case.seats[index].state == "free"
                and index not in case.choice
                and is_reserved(case.seats, index)
                and any(is_general(case.seats, seat) for seat in case.chosen_neighbours(index))
                for index in range(len(case.seats))
            )
        ),
    ),
    "opened_place_is_a_neighbour": (
        "A wheelchair place released for general sale keeps the seat beside it from being single.",
        lambda case: (
            not case.verdict.orphans
            and any(
                case.seats[other].kind == "wheelchair_place"
                for index in case.left()
                if case.seats[index].kind == "ordinary"
                for other in company(case.seats, index, case.choice)
            )
        ),
    ),
    "opened_place_is_an_orphan": (
        "A wheelchair place released for general sale can be left single.",
        lambda case: any(case.seats[orphan].kind == "wheelchair_place" for orphan in case.verdict.orphans),
    ),
    "opened_companion_seat_is_an_orphan": (
        "A companion seat released for general sale can be left single, though its place is reserved.",
        lambda case: any(
            case.is_unreserved_companion(orphan) and is_reserved(case.seats, case.seats[orphan].place or 0)
            for orphan in case.verdict.orphans
        ),
    ),
    "companion_seat_of_an_opened_place_is_an_orphan": (
        "With its place released for general sale a companion seat is an ordinary seat, and can be left single.",
        lambda case: any(
            case.is_unreserved_companion(orphan)
            and not case.seats[orphan].opened
            and case.seats[case.seats[orphan].place or 0].level is not None
            for orphan in case.verdict.orphans
        ),
    ),
    "companion_seat_of_an_unsold_category_is_an_orphan": (
        "Where its place is not for sale at the event a companion seat is an ordinary seat, and can be left single.",
        lambda case: any(
            case.is_unreserved_companion(orphan)
            and not case.seats[orphan].opened
            and not case.seats[case.seats[orphan].place or 0].opened
            for orphan in case.verdict.orphans
        ),
    ),
}
