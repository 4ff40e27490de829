"""A description of a room becomes a seating plan, and the plan a map, as its numbers say."""

from typing import Any

import msgspec
import pytest

from admitone.catalogue.domain.complete_seating_plan import complete_seating_plan
from admitone.catalogue.domain.draw_seat_map import draw_seat_map
from admitone.catalogue.domain.generate_seating_plan import check_room, generate_seating_plan
from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.room import Room
from admitone.catalogue.domain.seating_plan import check_seating_plan


def room(*sections: dict[str, Any], **members: Any) -> Room:
    base = {"name": "Stalls", "rows": 3, "seats": 8, "bands": [{"category": "Seats"}]}
    described = [{**base, "name": f"Section {i}" if i else "Stalls", **section} for i, section in enumerate(sections)]
    return msgspec.convert({"sections": described, **members}, Room)


def drawn(described: Room) -> Geometry:
    assert list(check_room(described)) == []
    plan = complete_seating_plan(generate_seating_plan(described, name="Hall"))
    assert list(check_seating_plan(plan)) == []
    return draw_seat_map(plan, seat_map_id="map_1", name="Hall")


def test_sections_keep_their_rows_seats_and_categories() -> None:
    bands = [{"category": "Front", "rows": 2}, {"category": "Back"}]
    hall = drawn(room({"bands": bands, "rows": 5, "seats": 10}, {"rows": 2, "seats": 6, "row_names": {"start": "F"}}))

    assert [(section.name, len(section.rows)) for section in hall.sections] == [("Stalls", 5), ("Section 1", 2)]
    assert [row.name for section in hall.sections for row in section.rows] == ["A", "B", "C", "D", "E", "F", "G"]
    assert [(category.name, category.seat_count) for category in hall.categories] == [
        ("Front", 20),
        ("Back", 30),
        ("Seats", 12),
    ]
    assert hall.stage is not None
    assert hall.stage.y < min(seat.y for section in hall.sections for row in section.rows for seat in row.seats)


def test_seats_on_both_sides_of_an_aisle_are_no_neighbours() -> None:
    hall = drawn(room({"rows": 2, "aisles": [4]}))

    assert [tuple(run) for run in hall.runs] == [(0, 4), (4, 8), (8, 12), (12, 16)]


def test_rows_may_grow_to_the_back() -> None:
    hall = drawn(room({"rows": 3, "seats": 8, "seats_more": 2}))

    assert [len(row.seats) for row in hall.sections[0].rows] == [8, 10, 12]


def test_a_curve_brings_the_ends_forward_and_keeps_rows_apart() -> None:
    rows = drawn(room({"curve": 10, "rows": 4, "seats": 20})).sections[0].rows

    assert rows[0].seats[0].y < rows[0].seats[10].y
    assert rows[1].seats[0].y - rows[0].seats[0].y == pytest.approx(30)


def test_sections_beside_each_other_do_not_overlap() -> None:
    hall = drawn(room({"name": "Left"}, {"name": "Middle", "beside": True}, {"name": "Right", "beside": True}))

    left, middle, right = ([seat.x for row in section.rows for seat in row.seats] for section in hall.sections)
    assert max(left) + 25 < min(middle)
    assert max(middle) + 25 < min(right)
    assert len({section.rows[0].seats[0].y for section in hall.sections}) == 1


def test_wheelchair_places_stand_outside_with_their_companions() -> None:
    places = [{"row": 2, "places": 2, "side": "right"}, {"row": 1, "places": 1, "companions": 0}]
    rows = drawn(room({"seats": 6, "wheelchair": places})).sections[0].rows

    assert [seat.attributes for seat in rows[1].seats[2:]] == [
        ("companion",),
        ("accessible",),
        ("companion",),
        ("accessible",),
    ]
    assert [seat.number for seat in rows[0].seats if seat.attributes] == ["1"]


def test_areas_without_seats_are_drawn_before_and_behind() -> None:
    areas = [{"name": "Pit", "capacity": 200}, {"name": "Bar", "capacity": 50, "at": "back"}]
    hall = drawn(room({"rows": 2}, areas=areas))

    ys = [seat.y for row in hall.sections[0].rows for seat in row.seats]
    named = {area.text.text: area.y for area in hall.areas if area.text}
    assert named["Stage"] < named["Pit"] < min(ys) < max(ys) < named["Bar"] < hall.size.height


@pytest.mark.parametrize(
    ("described", "pointer"),
    [
        (room({}, {"name": "stalls"}), "/sections/1/name"),
        (room({}, areas=[{"name": "Stalls", "capacity": 1}]), "/areas/0/name"),
        (room({"row_names": {"start": "I"}}), "/sections/0/row_names/start"),
        (room({"aisles": [3, 8]}), "/sections/0/aisles/1"),
        (room({"bands": [{"category": "A"}, {"category": "B"}]}), "/sections/0/bands"),
        (room({"bands": [{"category": "A", "rows": 3}, {"category": "B"}]}), "/sections/0/bands"),
        (room({"bands": [{"category": "A", "rows": 2}]}), "/sections/0/bands"),
        (room({"wheelchair": [{"row": 4, "places": 1}]}), "/sections/0/wheelchair/0/row"),
        (room({"wheelchair": [{"row": 1, "places": 5}]}), "/sections/0/wheelchair/0/places"),
        (room(*({"rows": 200, "seats": 300, "seats_more": 20} for _ in range(4))), "/sections"),
    ],
)
def test_faults_are_named_by_their_member(described: Room, pointer: str) -> None:
    assert [found for found, _ in check_room(described)] == [pointer]
