"""Complete the optional members of a seating plan in pretix's schema."""

from typing import Any

import pytest

from admitone.catalogue.domain.colors import read_color
from admitone.catalogue.domain.complete_seating_plan import complete_seating_plan
from admitone.catalogue.domain.draw_seat_map import draw_seat_map
from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.price_levels import PALETTE
from admitone.catalogue.domain.seating_plan import SeatingPlan, check_seating_plan
from admitone.kit.faults import convert_value


def seats(*numbers: int, row: str = "A", category: str | None = "Stalls", y: float = 0) -> list[dict[str, Any]]:
    return [
        {
            "seat_guid": f"{row}-{number}",
            "seat_number": str(number),
            "position": {"x": 25 * number, "y": y},
            **({"category": category} if category else {}),
        }
        for number in numbers
    ]


def drawn(zones: list[dict[str, Any]], **members: Any) -> Geometry:
    plan = complete_seating_plan(convert_value({"name": "Env", "zones": zones, **members}, SeatingPlan))
    assert list(check_seating_plan(plan)) == []
    return draw_seat_map(plan, seat_map_id="map_1", name="Env")


def test_a_minimal_seating_plan_is_completed() -> None:
    zones = [{"position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "seats": seats(1, 2, 3)}]}]

    env = drawn(zones, categories=[{"name": "Stalls"}])

    assert (env.seat_count, env.size.width, env.size.height) == (3, 100, 25)
    assert [(category.name, category.color) for category in env.categories] == [("Stalls", PALETTE[0])]


@pytest.mark.parametrize("categories", [None, []])
def test_missing_categories_are_those_of_the_seats(categories: list[Any] | None) -> None:
    rows = [
        {"row_number": "A", "seats": seats(1)},
        {"row_number": "B", "seats": seats(1, row="B", category="Box", y=30)},
    ]

    env = drawn([{"position": {"x": 0, "y": 0}, "rows": rows}], categories=categories)

    assert [(category.name, category.seat_count) for category in env.categories] == [("Stalls", 1), ("Box", 1)]


def test_seats_without_a_category_get_the_only_one() -> None:
    zones = [{"position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "seats": seats(1, 2, category=None)}]}]

    assert [category.seat_count for category in drawn(zones).categories] == [2]
    assert [category.name for category in drawn(zones, categories=[{"name": "Stalls"}]).categories] == ["Stalls"]


def test_seats_without_a_category_are_faults_if_there_are_several() -> None:
    zones = [{"position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "seats": seats(1, category=None)}]}]
    plan = complete_seating_plan(
        convert_value({"zones": zones, "categories": [{"name": "A"}, {"name": "B"}]}, SeatingPlan)
    )

    assert [pointer for pointer, _ in check_seating_plan(plan)] == ["/zones/0/rows/0/seats/0/category"]


def test_rows_without_a_position_do_not_overlap() -> None:
    rows = [{"row_number": name, "seats": seats(1, 2, row=name)} for name in ("A", "B", "C")]

    env = drawn([{"position": {"x": 5, "y": 5}, "rows": rows}])

    assert [row.seats[0].y for section in env.sections for row in section.rows] == [5, 35, 65]


def test_tickets_show_the_labels() -> None:
    row = {"row_number": "7", "row_label": "Row %s", "seat_label": "Chair %s", "seats": seats(1, 2)}

    env = drawn([{"name": "Stalls", "position": {"x": 0, "y": 0}, "rows": [row]}])

    shown = env.sections[0].rows[0]
    assert (shown.name, [seat.number for seat in shown.seats]) == ("Row 7", ["Chair 1", "Chair 2"])


def test_null_labels_are_no_labels() -> None:
    row = {"row_number": "7", "row_label": None, "seat_label": None, "position": None, "seats": seats(1)}

    assert drawn([{"position": {"x": 0, "y": 0}, "rows": [row]}]).sections[0].rows[0].name == "7"


def test_areas_of_both_versions_of_the_schema() -> None:
    areas = [
        {"width": 100, "height": 40, "position": {"x": 0, "y": 100}, "text": "Stage", "color": "gray", "rotation": 0},
        {"shape": "circle", "circle": {"radius": 5}, "position": {"x": 9, "y": 9}, "border_color": "#abc"},
        {"ellipse": {"radius": {"x": 1, "y": 2}}},
        {"shape": "text", "text": {"text": "Bar", "position": {"x": 0, "y": 0}, "color": "no such color"}},
    ]
    zones = [{"position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "seats": seats(1)}], "areas": areas}]

    env = drawn(zones)

    assert [area.shape for area in env.areas] == ["rectangle", "circle", "ellipse", "text"]
    assert (env.areas[0].color, env.areas[1].border_color) == ("#808080", "#aabbcc")
    assert env.stage is not None
    assert (env.stage.name, env.stage.width, env.size.height) == ("Stage", 100, 165)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        *(("RebeccaPurple", "#663399"), ("#FFF", "#ffffff"), ("#ABCDEF", "#abcdef"), ("abcdef", "#abcdef")),
        *(("#ABCD", "#aabbcc"), ("#11223344", "#112233"), ("rgb(1, 2, 255)", "#0102ff"), (" red ", "#ff0000")),
        *(("rgba(1,2,3,0.5)", "#010203"), ("rgb(1,2,256)", None), ("url(x)", None), ("", None), (None, None)),
    ],
)
def test_spellings_of_colors(text: str | None, color: str | None) -> None:
    assert read_color(text) == color
