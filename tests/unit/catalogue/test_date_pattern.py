from datetime import date as day
from typing import Any

import msgspec
import pytest

from admitone.catalogue.domain.date_pattern import DatePattern, expand_pattern
from admitone.kit.refusal import InvalidBody

EVENINGS = {"time": "19:30", "weekdays": ["tue", "wed", "thu", "fri", "sat"]}
MATINEES = {"time": "15:00", "weekdays": ["sat", "sun"]}
THURSDAY = day(2026, 12, 3)


def starts(timezone: str = "Europe/Berlin", **members: Any) -> list[str]:
    pattern = msgspec.convert({"slots": [EVENINGS], **members}, DatePattern)
    return [found.local_start for found in expand_pattern(pattern, first_day=THURSDAY, timezone=timezone)]


def faults(**members: Any) -> list[str]:
    with pytest.raises(InvalidBody) as refused:
        starts(**members)
    return [fault["pointer"] for fault in refused.value.members["errors"]]


def test_a_week_of_evenings_with_matinees() -> None:
    assert starts(slots=[EVENINGS, MATINEES], until="2026-12-08") == [
        "2026-12-03T19:30",
        "2026-12-04T19:30",
        "2026-12-05T15:00",
        "2026-12-05T19:30",
        "2026-12-06T15:00",
        "2026-12-08T19:30",
    ]


def test_a_count_ends_the_pattern_and_every_second_week_begins_with_the_first() -> None:
    slots = [{"time": "20:00", "weekdays": ["mon", "fri"]}]
    assert starts(slots=slots, count=4, every_weeks=2) == [
        "2026-12-04T20:00",
        "2026-12-14T20:00",
        "2026-12-18T20:00",
        "2026-12-28T20:00",
    ]


def test_exceptions_are_days_or_single_dates() -> None:
    exceptions = ["2026-12-04", "2026-12-05T15:00"]
    assert starts(slots=[EVENINGS, MATINEES], until="2026-12-06", exceptions=exceptions) == [
        "2026-12-03T19:30",
        "2026-12-05T19:30",
        "2026-12-06T15:00",
    ]


def test_a_skipped_time_is_left_out_and_a_repeated_time_is_the_first() -> None:
    slots = [{"time": "02:30", "weekdays": ["sun"]}]
    pattern = msgspec.convert({"slots": slots, "starts_on": "2027-03-21", "until": "2027-04-04"}, DatePattern)
    spring = expand_pattern(pattern, first_day=THURSDAY, timezone="Europe/Berlin")
    assert [(found.local_start, found.starts_at is None) for found in spring] == [
        ("2027-03-21T02:30", False),
        ("2027-03-28T02:30", True),
        ("2027-04-04T02:30", False),
    ]
    pattern = msgspec.convert({"slots": slots, "starts_on": "2027-10-31", "count": 1}, DatePattern)
    (autumn,) = expand_pattern(pattern, first_day=THURSDAY, timezone="Europe/Berlin")
    assert (autumn.comes_twice, f"{autumn.starts_at:%H:%M}") == (True, "00:30")


def test_the_clocks_of_the_venue_count_across_the_change_of_the_clocks() -> None:
    pattern = msgspec.convert({"slots": [EVENINGS], "starts_on": "2027-03-27", "count": 2}, DatePattern)
    found = expand_pattern(pattern, first_day=THURSDAY, timezone="Europe/Berlin")
    assert [f"{date.starts_at:%d %H:%M}" for date in found] == ["27 18:30", "30 17:30"]


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({}, ["/pattern/until"]),
        ({"until": "2026-12-08", "count": 3}, ["/pattern/until"]),
        ({"until": "2026-12-01"}, ["/pattern/until"]),
        ({"until": "2099-12-01"}, ["/pattern/until"]),
        ({"until": "tomorrow"}, ["/pattern/until"]),
        ({"until": "2028-12-01"}, ["/pattern/until"]),
        ({"starts_on": "2026-02-30", "count": 1}, ["/pattern/starts_on"]),
        ({"count": 3, "exceptions": ["2026-12-07", "noon"]}, ["/pattern/exceptions/1"]),
        ({"count": 3, "exceptions": ["2026-12-07"]}, ["/pattern/exceptions/0"]),
        ({"until": "2026-12-03", "exceptions": ["2026-12-03"]}, ["/pattern/slots"]),
        ({"count": 400, "every_weeks": 52, "slots": [{"time": "20:00", "weekdays": ["mon"]}]}, ["/pattern/count"]),
    ],
)
def test_every_fault_is_named(members: dict[str, Any], wanted: list[str]) -> None:
    assert faults(**members) == wanted
