"""The branches of the exception to the orphan rule: if no other choice remains, a seat may be left single."""

from tests.vectors.case import Branches, Case
from tests.vectors.seat_rules import find_orphans, is_general, is_reserved, side_by_side


def _other_window(case: Case, *, at_the_price: bool) -> bool:
    """Return whether windows of the choice's size remain beside it: at its prices, or at others and without orphans."""
    levels = {case.seats[index].level for index in case.choice}
    return any(
        all(case.seats[index].level in levels for index in window)
        if at_the_price
        else not find_orphans(case.seats, window)
        for window in side_by_side(case.seats, len(case.choice))
        if not set(window) & set(case.choice)
    )


BRANCHES: Branches = {
    "other_choice_remains": (
        "Other seats side by side leave none single: the choice is refused.",
        lambda case: (
            case.is_plain
            and case.verdict.other_choice is True
            and case.choice in side_by_side(case.seats, 2)
            and _other_window(case, at_the_price=True)
        ),
    ),
    "other_choice_across_the_aisle": (
        "The only other choice is across an aisle.",
        lambda case: (
            case.is_plain
            and case.verdict.other_choice is True
            and all(
                case.run(window[0]) != case.run(case.choice[0])
                for window in side_by_side(case.seats, len(case.choice))
                if not find_orphans(case.seats, window)
            )
        ),
    ),
    "other_choice_has_no_reserved_seat": (
        "Only the ordinary seats of a choice need another choice; a wheelchair place keeps its own.",
        lambda case: (
            case.verdict.other_choice is True
            and not case.verdict.unaccompanied
            and any(is_reserved(case.seats, index) for index in case.choice)
            and not side_by_side(case.seats, len(case.choice))
        ),
    ),
    "no_other_choice": (
        "No other seats remain: the choice may leave a seat single.",
        lambda case: case.is_plain and case.verdict.other_choice is False and len(case.choice) == 2,
    ),
    "no_other_choice_at_the_price": (
        "The other seats that leave none single cost another price: the choice may leave a seat single.",
        lambda case: case.is_plain and case.verdict.other_choice is False and _other_window(case, at_the_price=False),
    ),
    "no_other_choice_without_orphans": (
        "Every other choice leaves a seat single too: the choice may.",
        lambda case: case.is_plain and case.verdict.other_choice is False and _other_window(case, at_the_price=True),
    ),
    "no_other_choice_but_reserved_seats": (
        "Reserved seats are no other choice.",
        lambda case: (
            case.verdict.other_choice is False
            and any(
                seat.state == "free" and is_reserved(case.seats, index) and index not in case.choice
                for index, seat in enumerate(case.seats)
            )
        ),
    ),
    "no_other_choice_over_an_aisle": (
        "Two free seats with an aisle between them are not side by side.",
        lambda case: (
            case.is_plain
            and case.verdict.other_choice is False
            and len(case.choice) == 2
            and any(
                is_general(case.seats, index)
                and is_general(case.seats, index + 1)
                and case.run(index) != case.run(index + 1)
                and not {index, index + 1} & set(case.choice)
                for index in range(len(case.seats) - 1)
            )
        ),
    ),
}
