"""The seating plan pairs companion seats with wheelchair places."""

from itertools import pairwise
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from admitone.catalogue.domain.draw_seat_map import draw_seat_map
from admitone.catalogue.domain.geometry import Geometry, seat_map_of
from admitone.catalogue.domain.seating_plan import SeatingPlan
from tests.catalogue_fixtures import row, seat

ATTRIBUTES = {
    "w": ["accessible"],
    "c": ["companion"],
    "b": ["accessible", "companion"],
    ".": [],
    "r": ["restricted_view"],
}


def drawn(*rows: str) -> Geometry:
    """Draw one character per seat: w wheelchair place, c companion seat, b both, r restricted view, . neither."""

    def marked(name: str, number: int, mark: str) -> dict[str, Any]:
        return {**seat(f"{name}-{number}", str(number), number * 25), "attributes": ATTRIBUTES[mark]}

    plan = {
        "name": "Env",
        "size": {"width": 400, "height": 300},
        "categories": [{"name": "Stalls", "color": "#4C78A8"}],
        "zones": [
            {
                "name": "Stalls",
                "position": {"x": 0, "y": 0},
                "rows": [
                    row(str(at), at * 25, *(marked(str(at), number, mark) for number, mark in enumerate(marks)))
                    for at, marks in enumerate(rows)
                ],
                "areas": [],
            }
        ],
    }
    return draw_seat_map(msgspec.convert(plan, SeatingPlan), seat_map_id="map_1", name="Env")


def test_a_seating_plan_without_companion_seats_has_no_pairs() -> None:
    assert drawn("....", "..r.").companions == ()


def test_the_companion_seat_is_beside_its_place() -> None:
    assert drawn("..wc..").companions == ((3, 2),)


def test_each_place_of_an_accessible_group_gets_a_companion_seat() -> None:
    assert drawn("wwcc").companions == ((2, 1), (3, 0))
    assert drawn("wcwc").companions == ((1, 0), (3, 2))


def test_one_place_may_have_three_companion_seats() -> None:
    assert drawn(".cwcc").companions == ((1, 2), (3, 2), (4, 2))


def test_places_of_another_accessible_group_do_not_share() -> None:
    assert drawn("wcc...w").companions == ((1, 0), (2, 0))


def test_a_companion_seat_behind_belongs_to_the_nearest_place() -> None:
    assert drawn("w....w", ".....c").companions == ((11, 5),)


def test_a_companion_mark_in_a_section_without_wheelchair_places_is_ignored() -> None:
    assert drawn("..c...").companions == ()


def test_a_seat_with_both_marks_is_a_wheelchair_place() -> None:
    assert drawn("bc").companions == ((1, 0),)


def test_booking_reads_the_same_pairs() -> None:
    assert seat_map_of(drawn("..wc..")).companions == ((3, 2),)


@given(st.lists(st.text("wc.", min_size=6, max_size=6), min_size=1, max_size=3))
def test_a_companion_seat_belongs_to_a_place_of_its_accessible_group(rows: list[str]) -> None:
    marks = "".join(rows)
    pairs = dict(drawn(*rows).companions)

    assert set(pairs) == ({i for i, mark in enumerate(marks) if mark == "c"} if "w" in marks else set())
    assert all(marks[place] == "w" for place in pairs.values())
    for first, end in groups(marks):
        own = [i for i in range(first, end) if marks[i] == "w"]
        shares = [sum(pairs[i] == place for i in range(first, end) if marks[i] == "c") for place in own]
        assert not own or sum(shares) == marks[first:end].count("c"), "no seat of the group belongs to another"
        assert not own or max(shares) - min(shares) <= 1


def groups(marks: str) -> list[tuple[int, int]]:
    """Return the runs without an unmarked seat within rows of six."""
    cuts = [i for i in range(len(marks) + 1) if i % 6 == 0 or marks[i] == "." or marks[i - 1] == "."]
    return [(first, end) for first, end in pairwise(cuts) if marks[first] != "."]
