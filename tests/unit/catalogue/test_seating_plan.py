from typing import Any

import msgspec
import pytest

from admitone.catalogue.domain.seating_plan import SeatingPlan, SeatMapDraft, check_seating_plan
from admitone.kit.faults import convert_value
from admitone.kit.refusal import InvalidBody
from tests.catalogue_fixtures import seat, small_seating_plan


def faults(plan: dict[str, Any]) -> list[str]:
    return [pointer for pointer, _ in check_seating_plan(msgspec.convert(plan, SeatingPlan))]


def test_a_valid_seating_plan_has_no_fault() -> None:
    assert faults(small_seating_plan()) == []


def test_a_seat_id_that_is_used_twice_is_named() -> None:
    plan = small_seating_plan()
    plan["zones"][0]["rows"][1]["seats"][0]["seat_guid"] = "A-1"
    assert faults(plan) == ["/zones/0/rows/1/seats/0/seat_guid"]


def test_a_number_that_is_used_twice_in_a_row_is_named() -> None:
    plan = small_seating_plan()
    plan["zones"][0]["rows"][0]["seats"][3]["seat_number"] = "1"
    assert faults(plan) == ["/zones/0/rows/0/seats/3/seat_number"]


def test_the_same_number_in_another_row_is_fine_but_an_unknown_category_is_named() -> None:
    plan = small_seating_plan()
    plan["zones"][0]["rows"][1]["seats"][2]["category"] = "Balcony"
    assert faults(plan) == ["/zones/0/rows/1/seats/2/category"]


def test_several_faults_of_one_seat_are_all_named() -> None:
    plan = small_seating_plan()
    plan["zones"][0]["rows"][0]["seats"].append(seat("A-1", "1", 200, "Balcony"))
    assert [f"/zones/0/rows/0/seats/4/{name}" for name in ("category", "seat_guid", "seat_number")] == faults(plan)


def test_a_category_that_is_listed_twice_is_named() -> None:
    plan = small_seating_plan()
    plan["categories"].append({"name": "Box", "color": "#000000"})
    assert faults(plan) == ["/categories/2/name"]


@pytest.mark.parametrize("name", ["\u200b", "Main\nhall"])
def test_a_zone_with_an_invisible_or_multiline_name_is_named(name: str) -> None:
    plan = small_seating_plan()
    plan["zones"][0]["name"] = name
    assert faults(plan) == ["/zones/0/name"]


def test_a_seating_plan_without_seats_is_refused() -> None:
    plan = small_seating_plan()
    plan["zones"][0]["rows"] = []
    assert faults(plan) == ["/zones"]


def test_missing_members_and_wrong_types_are_named_by_their_pointers() -> None:
    plan = small_seating_plan()
    del plan["zones"][0]["rows"][0]["seats"][1]["position"]
    plan["zones"][0]["rows"][1]["position"]["x"] = "left"
    with pytest.raises(InvalidBody) as refusal:
        convert_value({"name": "Small hall", "plan": plan}, SeatMapDraft)
    assert [error["pointer"] for error in refusal.value.members["errors"]] == [
        "/plan/zones/0/rows/0/seats/1/position",
        "/plan/zones/0/rows/1/position/x",
    ]
