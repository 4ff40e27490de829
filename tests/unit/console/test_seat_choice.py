"""Seats are named by section, row and numbers, or by ranges of indexes that fit into an address."""

from typing import Any

import pytest

from admitone.console.domain.bar_chart import HEIGHT, bars
from admitone.console.domain.seat_choice import SEATS_MAX, Room, read_ranges, write_ranges


def geometry() -> dict[str, Any]:
    """Return two sections: rows A (1 to 4) and B (1, 3, 10-1) of the stalls, row A (1) of the balcony."""
    numbers = {("stalls", "A"): "1 2 3 4", ("stalls", "B"): "1 3 10-1", ("balcony", "A"): "1"}
    index = 0
    sections: dict[str, dict[str, Any]] = {}
    for (section, row), names in numbers.items():
        seats = []
        for number in names.split():
            seats.append({"index": index, "id": f"{section}-{row}-{number}", "number": number, "attributes": []})
            index += 1
        found = sections.setdefault(section, {"id": section, "name": section.title(), "rows": []})
        found["rows"].append({"name": row, "seats": seats})
    return {"sections": list(sections.values())}


@pytest.mark.parametrize(
    ("section", "row", "numbers", "expected"),
    [
        ("balcony", "", "", ["balcony-A-1"]),
        ("stalls", "a", "", ["stalls-A-1", "stalls-A-2", "stalls-A-3", "stalls-A-4"]),
        ("stalls", "A", "1-2, 4", ["stalls-A-1", "stalls-A-2", "stalls-A-4"]),
        ("stalls", "B", "10-1", ["stalls-B-10-1"]),
    ],
)
def test_seats_are_named(section: str, row: str, numbers: str, expected: list[str]) -> None:
    assert Room(geometry()).named(section, row, numbers) == (expected, {})


@pytest.mark.parametrize(
    ("row", "numbers", "field"),
    [("", "1", "row"), ("Z", "", "row"), ("B", "2", "numbers"), ("B", "1-3", "numbers"), ("B", ",", "numbers")],
)
def test_what_is_not_there_is_a_fault_of_its_field(row: str, numbers: str, field: str) -> None:
    seats, faults = Room(geometry()).named("stalls", row, numbers)

    assert (seats, list(faults)) == ([], [field])


def test_ranges_are_written_and_read() -> None:
    assert write_ranges([7, 0, 1, 2, 2, 9, 8]) == "0-2.7-9"
    assert read_ranges("0-2.7-9") == [0, 1, 2, 7, 8, 9]
    assert Room(geometry()).within("0.3.999") == ["stalls-A-1", "stalls-A-4"]
    assert Room(geometry()).ranges(["stalls-A-2", "stalls-A-1", "nowhere"]) == "0-1"


@pytest.mark.parametrize("text", ["", "x", "-1", "5-2", "1-", "..", "9999999"])
def test_malformed_ranges_name_no_seat(text: str) -> None:
    assert read_ranges(text) == []


def test_a_range_has_a_limit() -> None:
    assert len(read_ranges("0-999999.0-999999")) == SEATS_MAX


def test_bars_are_as_high_as_their_numbers() -> None:
    drawn, width = bars([0, 1, 400, 200])

    assert [bar.height for bar in drawn] == [0, 2, HEIGHT, HEIGHT // 2]
    assert all(bar.y + bar.height == HEIGHT for bar in drawn)
    assert width == drawn[-1].x + drawn[-1].width + drawn[0].x
    assert bars([])[0] == []
