"""A plan as pretix's schema allows it, with what may be missing left out."""

from typing import Any

import pytest

from admitone.catalogue.domain.colors import read_color
from admitone.catalogue.domain.draw_seat_map import draw_seat_map
from admitone.catalogue.domain.fill_plan import fill_plan
from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.price_levels import PALETTE
from admitone.catalogue.domain.seat_plan import Plan, check_plan
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
    plan = fill_plan(convert_value({"name": "House", "zones": zones, **members}, Plan))
    assert list(check_plan(plan)) == []
    return draw_seat_map(plan, seat_map_id="map_1", name="House")


def test_a_plan_of_the_least_that_the_schema_requires() -> None:
    zones = [{"position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "seats": seats(1, 2, 3)}]}]

    house = drawn(zones, categories=[{"name": "Stalls"}])

    assert (house.seat_count, house.size.width, house.size.height) == (3, 100, 25)
    assert [(category.name, category.color) for category in house.categories] == [("Stalls", PALETTE[0])]


@pytest.mark.parametrize("categories", [None, []])
def test_without_categories_they_are_those_of_the_seats(categories: list[Any] | None) -> None:
    rows = [
        {"row_number": "A", "seats": seats(1)},
        {"row_number": "B", "seats": seats(1, row="B", category="Box", y=30)},
    ]

    house = drawn([{"position": {"x": 0, "y": 0}, "rows": rows}], categories=categories)

    assert [(category.name, category.seat_count) for category in house.categories] == [("Stalls", 1), ("Box", 1)]


def test_seats_without_a_category_are_of_the_only_one() -> None:
    zones = [{"position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "seats": seats(1, 2, category=None)}]}]

    assert [one.seat_count for one in drawn(zones).categories] == [2]
    assert [one.name for one in drawn(zones, categories=[{"name": "Stalls"}]).categories] == ["Stalls"]


def test_seats_without_a_category_are_faults_where_there_are_several() -> None:
    zones = [{"position": {"x": 0, "y": 0}, "rows": [{"row_number": "A", "seats": seats(1, category=None)}]}]
    plan = fill_plan(convert_value({"zones": zones, "categories": [{"name": "A"}, {"name": "B"}]}, Plan))

    assert [pointer for pointer, _ in check_plan(plan)] == ["/zones/0/rows/0/seats/0/category"]


def test_rows_without_a_position_do_not_lie_on_each_other() -> None:
    rows = [{"row_number": name, "seats": seats(1, 2, row=name)} for name in ("A", "B", "C")]

    house = drawn([{"position": {"x": 5, "y": 5}, "rows": rows}])

    assert [row.seats[0].y for section in house.sections for row in section.rows] == [5, 35, 65]


def test_tickets_show_the_labels() -> None:
    row = {"row_number": "7", "row_label": "Row %s", "seat_label": "Chair %s", "seats": seats(1, 2)}

    house = drawn([{"name": "Stalls", "position": {"x": 0, "y": 0}, "rows": [row]}])

    shown = house.sections[0].rows[0]
    assert (shown.name, [one.number for one in shown.seats]) == ("Row 7", ["Chair 1", "Chair 2"])


def test_labels_of_null_are_none() -> None:
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

    house = drawn(zones)

    assert [area.shape for area in house.areas] == ["rectangle", "circle", "ellipse", "text"]
    assert (house.areas[0].color, house.areas[1].border_color) == ("#808080", "#aabbcc")
    assert house.stage is not None
    assert (house.stage.name, house.stage.width, house.size.height) == ("Stage", 100, 165)


@pytest.mark.parametrize(
    ("text", "color"),
    [
        *(("RebeccaPurple", "#663399"), ("#FFF", "#ffffff"), ("#ABCDEF", "#abcdef"), ("abcdef", "#abcdef")),
        *(("#ABCD", "#aabbcc"), ("#11223344", "#112233"), ("rgb(1, 2, 255)", "#0102ff"), (" red ", "#ff0000")),
        *(("rgba(1,2,3,0.5)", "#010203"), ("rgb(1,2,256)", None), ("url(x)", None), ("", None), (None, None)),
    ],
)
def test_colors_as_they_are_written(text: str | None, color: str | None) -> None:
    assert read_color(text) == color
