"""Wheelchair places and companion seats: reserved, sold together on request, no neighbours for the orphan rule."""

from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.domain.alternatives import pick_alternative
from admitone.booking.domain.companions import find_unaccompanied, hide_reserved, still_bound, wall_run
from admitone.booking.domain.picking import find_orphans
from admitone.booking.domain.picking_accessible import pick_accessible
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_index import build_seat_index
from admitone.catalogue.contracts import SeatRanges
from tests.builders import STALLS, a_hall, terms_of_a_show, with_wheelchair_places

# Row A: W C . . W C C .   row B: seats 8 … 15, none reserved.   Row C: W W C C . . . .
PAIRS = {0: (1,), 4: (5, 6), 16: (19,), 17: (18,)}
HALL = with_wheelchair_places(a_hall(rows=3, seats=8), PAIRS)
FREE = b"a" * 24

states_of_the_hall = st.lists(st.sampled_from(b"aaaahsb"), min_size=24, max_size=24).map(bytes)


def a_plan(open_seats: SeatRanges = ()) -> SalePlan:
    return SalePlan(terms_of_a_show(seat_map=HALL, open_seats=open_seats), build_seat_index(HALL))


PLAN = a_plan()
KEPT = frozenset({0, 1, 4, 5, 6, 16, 17, 18, 19})


def anything(_index: int) -> bool:
    return True


def taken(*indexes: int, state: str = "s") -> bytes:
    states = bytearray(FREE)
    for index in indexes:
        states[index] = ord(state)
    return bytes(states)


def test_a_hall_without_wheelchair_places_reserves_nothing() -> None:
    plain = a_hall(rows=3, seats=8)
    plan = SalePlan(terms_of_a_show(seat_map=plain), build_seat_index(plain))

    assert plan.reserved == frozenset()
    assert hide_reserved(plan, FREE) is FREE
    assert find_unaccompanied(plan, [0, 1]) == []
    assert wall_run(plan, 3) == (0, 8)


def test_wheelchair_places_and_companion_seats_are_reserved() -> None:
    assert PLAN.reserved == KEPT


def test_a_released_seat_is_no_longer_reserved() -> None:
    assert a_plan(((1, 1), (18, 18))).reserved == KEPT - {1, 18}


def test_companion_seats_are_released_with_their_place() -> None:
    assert a_plan(((4, 4),)).reserved == KEPT - {4, 5, 6}


def test_companions_of_a_place_that_is_not_for_sale_are_ordinary_seats() -> None:
    seat_index = build_seat_index(HALL)
    terms = terms_of_a_show(seat_map=HALL, levels=(STALLS,))
    assert SalePlan(terms, seat_index).reserved == KEPT
    assert SalePlan(terms_of_a_show(seat_map=HALL, levels=()), seat_index).reserved == frozenset()


def test_a_companion_seat_needs_its_own_place() -> None:
    assert find_unaccompanied(PLAN, [0, 1]) == []
    assert find_unaccompanied(PLAN, [4, 5, 6]) == []
    assert find_unaccompanied(PLAN, [1]) == [1]
    assert find_unaccompanied(PLAN, [0, 5, 9]) == [5]
    assert find_unaccompanied(PLAN, [0, 9]) == []


def test_once_its_place_is_sold_any_buyer_may_take_the_companion_seat() -> None:
    assert still_bound(PLAN, taken(0), [1]) == []
    assert still_bound(PLAN, taken(0, state="h"), [1]) == [1]
    assert still_bound(PLAN, taken(0, state="b"), [1]) == [1]
    assert still_bound(PLAN, FREE, [1]) == [1]


def test_the_orphan_rule_treats_a_reserved_seat_as_a_wall() -> None:
    assert [wall_run(PLAN, index) for index in (0, 2, 3, 4, 7, 9, 20)] == [
        (0, 1),
        (2, 4),
        (2, 4),
        (4, 5),
        (7, 8),
        (8, 16),
        (20, 24),
    ]


def test_a_wheelchair_user_gets_the_place_and_the_companion_seat() -> None:
    assert pick_accessible(PLAN, FREE, 2, 1, anything, together=True) == [4, 5]


def test_three_companions_where_the_place_has_two_get_the_seat_beside() -> None:
    assert pick_accessible(PLAN, FREE, 4, 1, anything, together=True) == [4, 5, 6, 7]


def test_two_wheelchairs_sit_in_one_accessible_group() -> None:
    assert pick_accessible(PLAN, FREE, 4, 2, anything, together=True) == [16, 17, 18, 19]


def test_a_group_without_room_there_is_split_only_if_it_agrees() -> None:
    assert pick_accessible(PLAN, FREE, 4, 3, anything, together=True) is None

    split = pick_accessible(PLAN, FREE, 4, 3, anything, together=False)

    assert split is not None
    assert len({0, 4, 16, 17}.intersection(split)) == 3
    assert find_unaccompanied(PLAN, split) == []


def test_a_buyer_who_loses_a_wheelchair_place_is_offered_another() -> None:
    assert pick_alternative(PLAN, taken(4, state="h"), [4, 5]) == [17, 18]


def test_an_unaccompanied_companion_seat_gets_ordinary_alternatives() -> None:
    assert pick_alternative(PLAN, FREE, [1], for_anybody=True) == [7]


def test_an_ordinary_request_never_gets_a_reserved_seat() -> None:
    full = taken(*(i for i in range(24) if i not in KEPT))

    assert pick_alternative(PLAN, full, [2]) == []


@given(states_of_the_hall, st.integers(1, 6), st.integers(1, 3), st.booleans())
def test_an_accessible_pick_is_free_and_keeps_the_rules(
    states: bytes, quantity: int, places: int, together: bool
) -> None:
    places = min(places, quantity)

    picked = pick_accessible(PLAN, states, quantity, places, anything, together=together)

    if picked is not None:
        assert picked == sorted(set(picked))
        assert len(picked) == quantity
        assert all(states[i : i + 1] == b"a" for i in picked)
        assert len(HALL_PLACES.intersection(picked)) == places
        assert find_unaccompanied(PLAN, picked) == []
        assert not together or picked[-1] - picked[0] < 8, "places together are in one row"
    elif not together:
        free_places = sum(states[i : i + 1] == b"a" for i in HALL_PLACES)
        free_others = sum(states[i : i + 1] == b"a" for i in range(24) if i not in KEPT)
        assert free_places < places or free_others < quantity - places


@given(states_of_the_hall, st.sets(st.integers(0, 23), min_size=1, max_size=5))
def test_walls_equal_hiding_the_reserved_seats(states: bytes, wanted: set[int]) -> None:
    """The lock looks for orphans between walls; picking looks at states without the reserved seats. They agree."""
    chosen = [index for index in sorted(wanted) if states[index : index + 1] == b"a"]
    ordinary = [index for index in chosen if index not in KEPT]

    def between_walls() -> set[int]:
        found = set()
        for seat in chosen:
            first, end = wall_run(PLAN, seat)
            free = [i for i in range(first, end) if states[i : i + 1] == b"a" and i not in chosen]
            found |= {i for i in (seat - 1, seat + 1) if i in free and i - 1 not in free and i + 1 not in free}
        return found

    assert sorted(between_walls()) == find_orphans(PLAN.seat_index, hide_reserved(PLAN, states), ordinary)
    assert not between_walls() & KEPT


HALL_PLACES = frozenset(PAIRS)
