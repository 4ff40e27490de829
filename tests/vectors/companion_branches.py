"""The branches of the companion rule: a companion seat is sold with its wheelchair place."""

from collections.abc import Callable

from tests.vectors.case import Branches, Case
from tests.vectors.seat_rules import is_reserved


def _place_is(state: str) -> Callable[[Case], bool]:
    return lambda case: (
        len(case.choice) == 1
        and any(place.state == state and place.level is not None and not place.opened for place in case.places())
        and is_reserved(case.seats, case.choice[0])
    )


BRANCHES: Branches = {
    "companion_seat_without_its_place": (
        "A companion seat without its wheelchair place is refused.",
        lambda case: len(case.choice) == 1 and case.verdict.unaccompanied == case.choice,
    ),
    "companion_seat_with_its_place": (
        "A companion seat is sold together with its wheelchair place.",
        lambda case: (
            not case.verdict.unaccompanied
            and any(is_reserved(case.seats, i) for i in case.choice[1:])
            and any(case.seats[i].place in case.choice for i in case.choice)
        ),
    ),
    "companion_seat_of_a_sold_place": (
        "Once its wheelchair place is sold, any buyer may take a companion seat.",
        _place_is("sold"),
    ),
    "companion_seat_of_a_held_place": (
        "While its wheelchair place is held, a companion seat stays bound.",
        _place_is("held"),
    ),
    "companion_seat_of_a_blocked_place": (
        "While its wheelchair place is held back, a companion seat stays bound.",
        _place_is("blocked"),
    ),
    "companion_seat_with_another_place": (
        "Another wheelchair place does not accompany a companion seat.",
        lambda case: (
            bool(case.verdict.unaccompanied)
            and any(case.seats[index].kind == "wheelchair_place" for index in case.choice)
            and any(place.state == "free" for place in case.places())
        ),
    ),
    "two_companion_seats_with_their_place": (
        "Two companion seats go with their one wheelchair place.",
        lambda case: (
            not case.verdict.unaccompanied
            and sum(case.seats[index].place in case.choice for index in case.choice if is_reserved(case.seats, index))
            == 2
            and len(case.choice) == 3
        ),
    ),
    "one_companion_seat_of_two": (
        "Of two companion seats the one whose wheelchair place is missing is refused.",
        lambda case: (
            len(case.verdict.unaccompanied) == 1
            and any(is_reserved(case.seats, index) and case.seats[index].place in case.choice for index in case.choice)
        ),
    ),
    "opened_companion_seat": (
        "Any buyer may take a companion seat released for general sale.",
        lambda case: (
            case.is_unreserved_companion(case.choice[0])
            and case.seats[case.choice[0]].opened
            and is_reserved(case.seats, case.seats[case.choice[0]].place or 0)
        ),
    ),
    "companion_seat_of_an_opened_place": (
        "Any buyer may take a companion seat whose wheelchair place is released for general sale.",
        lambda case: (
            case.is_unreserved_companion(case.choice[0])
            and not case.seats[case.choice[0]].opened
            and any(place.level is not None for place in case.places())
        ),
    ),
    "companion_seat_of_an_unsold_category": (
        "Any buyer may take a companion seat whose wheelchair place is not for sale at the event.",
        lambda case: (
            case.is_unreserved_companion(case.choice[0])
            and not case.seats[case.choice[0]].opened
            and all(place.level is None and not place.opened for place in case.places())
        ),
    ),
    "wheelchair_place_alone": (
        "A wheelchair place is sold without its companion seat too.",
        lambda case: (
            len(case.choice) == 1
            and case.seats[case.choice[0]].kind == "wheelchair_place"
            and is_reserved(case.seats, case.choice[0])
            and any(seat.place == case.choice[0] for seat in case.seats)
        ),
    ),
    "companion_seat_across_the_aisle": (
        "A companion seat belongs to its wheelchair place also across an aisle.",
        lambda case: (
            not case.verdict.unaccompanied
            and any(
                is_reserved(case.seats, index)
                and case.seats[index].place in case.choice
                and case.seats[index].place not in case.seats[index].neighbours
                and abs(index - (case.seats[index].place or 0)) == 1
                for index in case.choice
            )
        ),
    ),
    "both_rules_broken": (
        "The choice leaves a seat single and has a companion seat without its place.",
        lambda case: bool(case.verdict.orphans) and bool(case.verdict.unaccompanied),
    ),
}
