"""Best available, compared with an exhaustive search."""

from collections.abc import Callable
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.domain.picking import find_orphans, pick_best, pick_near, pick_together
from admitone.booking.domain.seat_index import SeatIndex, build_seat_index
from tests.builders import a_hall

HALL = build_seat_index(a_hall(rows=3, seats=6))
ALL_FREE = b"a" * 18

states_of_the_hall = st.lists(st.sampled_from(b"aaahsb"), min_size=18, max_size=18).map(bytes)


def anything(_index: int) -> bool:
    return True


def windows(seat_index: SeatIndex, states: bytes, quantity: int, allowed: Callable[[int], bool]) -> list[list[int]]:
    """Return every run of free neighbouring seats of that length."""
    return [
        list(range(start, start + quantity))
        for run in seat_index.runs
        for start in range(run.start, run.end - quantity + 1)
        if all(states[i : i + 1] == b"a" and allowed(i) for i in range(start, start + quantity))
    ]


def badness(seat_index: SeatIndex, seats: list[int]) -> float:
    return sum(seat_index.distances[i] for i in seats) / len(seats)


def orphans_by_definition(seat_index: SeatIndex, states: bytes, chosen: list[int]) -> list[int]:
    """Return seats that are free, have no free neighbour after the choice, and had one before it."""

    def has_free_neighbour(seat: int, taken: set[int]) -> bool:
        run = seat_index.run_of[seat]
        return any(
            run.start <= n < run.end and states[n : n + 1] == b"a" and n not in taken for n in (seat - 1, seat + 1)
        )

    free = [i for i in range(len(states)) if states[i : i + 1] == b"a" and i not in chosen]
    return [i for i in free if not has_free_neighbour(i, set(chosen)) and has_free_neighbour(i, set())]


def test_the_best_pair_is_in_the_middle_of_the_first_row() -> None:
    assert pick_together(HALL, ALL_FREE, 2, anything) == [2, 3]


def test_no_orphan_seat_is_left_while_there_is_another_choice() -> None:
    """Two of the three free seats in front would leave one: the second row is better."""
    states = b"hhaaah" + b"aaaaaa" + b"aaaaaa"

    chosen = pick_best(HALL, states, 2, anything, together=True)

    assert chosen == [8, 9]


def test_an_orphan_seat_is_left_if_there_is_no_other_choice() -> None:
    states = b"hhaaah" + b"s" * 12

    assert pick_best(HALL, states, 2, anything, together=True) == [2, 3]


def test_a_group_is_split_only_if_the_buyer_agrees() -> None:
    states = b"ahahah" + b"s" * 12

    assert pick_best(HALL, states, 3, anything, together=True) is None
    assert pick_best(HALL, states, 3, anything, together=False) == [0, 2, 4]


def test_only_allowed_seats_are_picked() -> None:
    chosen = pick_best(HALL, ALL_FREE, 2, lambda index: index >= 12, together=True)

    assert chosen == [14, 15]


def test_the_nearest_alternative_is_beside_the_requested_seats() -> None:
    states = b"a" * 14 + b"hh" + b"aa"

    assert pick_near(HALL, states, [14, 15], anything) in ([12, 13], [16, 17], [8, 9])


def test_a_sold_out_hall_has_no_alternative() -> None:
    assert pick_near(HALL, b"s" * 18, [0, 1], anything) is None


@given(states_of_the_hall, st.integers(1, 6))
def test_together_is_the_best_of_all_windows_without_orphans(states: bytes, quantity: int) -> None:
    every = windows(HALL, states, quantity, anything)
    kind = [window for window in every if not orphans_by_definition(HALL, states, window)]
    expected = min((badness(HALL, window) for window in kind), default=None)

    chosen = pick_together(HALL, states, quantity, anything)

    assert (None if chosen is None else badness(HALL, chosen)) == expected
    assert chosen is None or chosen in kind


@given(states_of_the_hall, st.integers(1, 6), st.integers(0, 17))
def test_together_with_orphans_allowed_is_the_best_of_all_windows(
    states: bytes, quantity: int, first_allowed: int
) -> None:
    every = windows(HALL, states, quantity, lambda index: index >= first_allowed)
    expected = min((badness(HALL, window) for window in every), default=None)

    chosen = pick_together(HALL, states, quantity, lambda index: index >= first_allowed, leave_singles=True)

    assert (None if chosen is None else badness(HALL, chosen)) == expected


@given(states_of_the_hall, st.integers(1, 8), st.booleans())
def test_a_choice_is_free_and_found_whenever_there_is_one(states: bytes, quantity: int, together: bool) -> None:
    chosen = pick_best(HALL, states, quantity, anything, together=together)

    possible = bool(windows(HALL, states, quantity, anything)) if together else states.count(b"a") >= quantity
    assert (chosen is not None) == possible
    if chosen is not None:
        assert len(set(chosen)) == quantity
        assert chosen == sorted(chosen)
        assert all(states[i : i + 1] == b"a" for i in chosen)
        assert not together or chosen == list(range(chosen[0], chosen[0] + quantity))


@given(states_of_the_hall, st.sets(st.integers(0, 17), min_size=1, max_size=4))
def test_an_alternative_has_the_size_of_the_request_and_is_free(states: bytes, wanted: set[int]) -> None:
    found = pick_near(HALL, states, sorted(wanted), anything)

    assert (found is not None) == (states.count(b"a") >= len(wanted))
    if found is not None:
        assert len(set(found)) == len(wanted)
        assert all(states[i : i + 1] == b"a" for i in found)


@given(states_of_the_hall, st.data())
def test_orphans_match_the_definition(states: bytes, data: st.DataObject) -> None:
    free = [i for i in range(18) if states[i : i + 1] == b"a"]
    choices = [list(choice) for size in (1, 2, 3) for choice in combinations(free, size)][:300]
    if choices:
        chosen = data.draw(st.sampled_from(choices))
        assert find_orphans(HALL, states, chosen) == orphans_by_definition(HALL, states, chosen)
