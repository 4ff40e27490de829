from datetime import UTC, date, datetime, time

import pytest

from admitone.kit.local_time import BadMoment, occurrences, parse_date, parse_local_start, to_local, to_utc


def test_a_winter_evening_in_berlin_is_one_hour_earlier_in_utc() -> None:
    assert datetime(2026, 12, 31, 18, 30, tzinfo=UTC) == to_utc(date(2026, 12, 31), time(19, 30), "Europe/Berlin")


def test_a_time_that_the_clocks_skip_is_refused_by_name() -> None:
    with pytest.raises(BadMoment, match="02:30 does not exist on 2027-03-28 in Europe/Berlin"):
        to_utc(date(2027, 3, 28), time(2, 30), "Europe/Berlin")


def test_a_time_that_the_clocks_show_twice_is_the_first_one() -> None:
    assert datetime(2027, 10, 31, 0, 30, tzinfo=UTC) == to_utc(date(2027, 10, 31), time(2, 30), "Europe/Berlin")


def test_a_time_is_shown_in_the_zone_of_the_venue() -> None:
    assert to_local(datetime(2027, 1, 1, 0, 30, tzinfo=UTC), "Asia/Tokyo") == ("2027-01-01", "09:30")


def test_seconds_of_zero_may_be_written() -> None:
    assert (date(2026, 12, 31), time(19, 30)) == parse_local_start("2026-12-31T19:30:00")


@pytest.mark.parametrize(
    "text",
    ["2026-02-30T19:30", "2026-12-31T24:30", "2026-12-31", "2026-12-31T19:30Z", "2026-12-31T19:30:59", "soon", ""],
)
def test_an_invalid_local_start_is_refused(text: str) -> None:
    with pytest.raises(BadMoment):
        parse_local_start(text)


@pytest.mark.parametrize("text", ["2026-02-29", "20261231", "1899-12-31", "2201-01-01", "2026-1-1", "٢٠٢٦-١٢-٣١"])
def test_an_invalid_date_is_refused(text: str) -> None:
    with pytest.raises(BadMoment):
        parse_date(text)


@pytest.mark.parametrize(
    ("day", "clock", "moments"),
    [
        ("2026-07-01", "02:30", ["2026-07-01T00:30:00+00:00"]),
        ("2026-03-29", "02:30", []),
        ("2026-10-25", "02:30", ["2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"]),
    ],
)
def test_clocks_show_a_time_once_never_or_twice(day: str, clock: str, moments: list[str]) -> None:
    found = occurrences(date.fromisoformat(day), time.fromisoformat(clock), "Europe/Berlin")

    assert [moment.isoformat() for moment in found] == moments
