"""The processor's rate among rooms: all of it is given, and a room that wants little leaves the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.waiting_room.domain.sharing import divide


def test_a_room_alone_has_all_of_the_rate() -> None:
    assert divide(900.0, {"arena": 5_000.0}) == {"arena": 900.0}


def test_rooms_share_alike_and_one_that_wants_little_leaves_the_rest() -> None:
    assert divide(900.0, {"arena": 5_000.0, "club": 100.0, "hall": 5_000.0}) == {
        "arena": 400.0,
        "club": 100.0,
        "hall": 400.0,
    }


def test_a_room_without_people_takes_nothing_from_the_others() -> None:
    shares = divide(900.0, {"arena": 5_000.0, "hall": 5_000.0, "empty": 0.0})

    assert shares == {"arena": 450.0, "hall": 450.0, "empty": 300.0}


@given(rate=st.floats(1, 1e5), wanted=st.lists(st.floats(0, 1e5), max_size=12))
def test_the_whole_rate_is_given_to_rooms_with_people(rate: float, wanted: list[float]) -> None:
    shares = divide(rate, {str(number): want for number, want in enumerate(wanted)})
    given = [shares[str(number)] for number, want in enumerate(wanted) if want > 0]

    assert sum(given) == pytest.approx(rate if given else 0.0)
    lacking = [share for share, want in zip(given, filter(None, wanted), strict=True) if share < want * (1 - 1e-9)]
    assert not lacking or max(given) == pytest.approx(min(lacking))
