"""No two tickets of one seat map print the same place."""

from typing import Any

import msgspec

from admitone.catalogue.domain.complete_seating_plan import complete_seating_plan
from admitone.catalogue.domain.printed_places import find_equal_places, find_equal_zones
from admitone.catalogue.domain.seating_plan import SeatingPlan
from admitone.catalogue.domain.sections import gather_sections
from admitone.kit.faults import convert_value


def zone(name: str, *rows: tuple[str, tuple[int, ...]], x: float = 0, **labels: str) -> dict[str, Any]:
    return {
        "name": name,
        "position": {"x": x, "y": 0},
        "rows": [
            {
                "row_number": number,
                "position": {"x": 0, "y": 30 * i},
                "seats": [
                    {
                        "seat_guid": f"{name}-{x}-{i}-{seat}",
                        "seat_number": str(seat),
                        "position": {"x": 25 * seat, "y": 0},
                        "category": "Stalls",
                    }
                    for seat in seats
                ],
                **labels,
            }
            for i, (number, seats) in enumerate(rows)
        ],
    }


def faults(*zones: dict[str, Any]) -> list[str]:
    plan = complete_seating_plan(convert_value({"zones": list(zones)}, SeatingPlan))
    return [pointer for pointer, _ in [*find_equal_zones(plan), *find_equal_places(gather_sections(plan))]]


def test_rows_of_one_name_with_a_seat_of_one_number_are_both_named() -> None:
    assert faults(zone("Main", ("1", (1, 2)), ("2", (1, 2)), ("1", (2, 3)))) == [
        "/zones/0/rows/0/row_number",
        "/zones/0/rows/2/row_number",
    ]


def test_a_row_on_both_sides_of_an_aisle_is_fine() -> None:
    assert faults(zone("Main", ("1", (1, 2)), ("1", (3, 4)))) == []


def test_zones_of_one_name_are_both_named() -> None:
    assert faults(zone("Main", ("1", (1,))), zone("Box", ("1", (1,)), x=900), zone("main ", ("1", (5,)), x=1900)) == [
        "/zones/0/name",
        "/zones/2/name",
    ]


def test_labels_that_print_alike_are_named() -> None:
    assert faults(zone("Main", ("1", (1, 2)), seat_label="Chair")) == ["/zones/0/rows/0/seat_label"]
    assert faults(zone("Main", ("1", (1, 2)), seat_label="Chair %s")) == []
    assert faults(zone("Main", ("1", (1,)), ("2", (1,)), row_label="Row")) == [
        "/zones/0/rows/0/row_number",
        "/zones/0/rows/1/row_number",
    ]


def test_zones_without_a_name_and_parts_of_zones_get_names_of_their_own() -> None:
    tiers = zone("", *((str(row % 4), (1, 2, 3)) for row in range(4)))
    for i, row in enumerate(tiers["rows"]):
        row["position"]["y"] = 30 * (i % 2) + 3000 * (i // 2)
    plan = complete_seating_plan(convert_value({"zones": [tiers, zone("Section 1", ("1", (1,)), x=9000)]}, SeatingPlan))

    names = [section.name for section in gather_sections(plan)]

    assert len(set(names)) == len(names) >= 2


def test_many_duplicates_give_one_fault_per_row() -> None:
    rows = tuple(("1", tuple(range(1, 200))) for _ in range(200))
    plan = complete_seating_plan(convert_value({"zones": [zone("Main", *rows)]}, SeatingPlan))

    assert len(list(find_equal_places(gather_sections(msgspec.structs.replace(plan))))) == 2 * 199
