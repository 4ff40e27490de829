"""Seats at another price level: stored as ranges, each seat in at most one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from admitone.catalogue.contracts import PriceLevel
from admitone.catalogue.domain.seat_levels import level_of_repriced, move_seats, ranges_of

LEVELS = tuple(PriceLevel(name, name, 100, 0, "#000000") for name in ("a", "b", "c"))
MOVES = st.dictionaries(st.integers(0, 60), st.sampled_from(["a", "b", "c", None]))


@given(st.lists(MOVES, max_size=6))
def test_the_last_level_of_a_seat_wins(history: list[dict[int, str | None]]) -> None:
    levels, wanted = LEVELS, dict[int, str | None]()
    for moves in history:
        levels = move_seats(levels, moves)
        wanted |= moves

    assert level_of_repriced(levels) == {index: level for index, level in wanted.items() if level is not None}


@given(st.sets(st.integers(0, 200)))
def test_the_number_of_ranges_is_minimal(indexes: set[int]) -> None:
    ranges = ranges_of(indexes)

    assert {index for first, last in ranges for index in range(first, last + 1)} == indexes
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(ranges))
