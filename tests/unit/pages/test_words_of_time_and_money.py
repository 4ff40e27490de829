"""Days, clocks and prices as the reader's region writes them; calendar files; quick ranges."""

from datetime import UTC, date, datetime

import pytest

from admitone.kit.viewer import Viewer, viewer_for
from admitone.pages.domain.calendar import calendar_entry
from admitone.pages.domain.day_ranges import month_range, quick_ranges

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("en-US,en;q=0.9", "en_US"),
        ("de-AT", "en_AT"),
        ("de", "en_DE"),
        ("ja", "en_001"),
        ("zh-Hant-TW", "en_001"),
        (None, "en_001"),
        ("*", "en_001"),
        ("../../etc", "en_001"),
    ],
)
def test_the_region_is_read_from_accept_language(header: str | None, locale: str) -> None:
    assert viewer_for(header).locale == locale


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (2450, "USD", "$24.50"),
        (2400, "USD", "$24"),
        (0, "USD", "$0"),
        (4500, "JPY", "¥4,500"),
        (12_345, "KWD", "KWD\xa012.345"),
        (12_000, "KWD", "KWD\xa012"),
        (9_007_199_254_740_993, "USD", "$90,071,992,547,409.93"),
    ],
)
def test_money_has_the_decimals_of_its_currency_and_none_where_it_is_whole(
    amount: int, currency: str, text: str
) -> None:
    assert Viewer("en_US").money(amount, currency) == text


@pytest.mark.parametrize(
    ("today", "weekend"),
    [
        (date(2026, 11, 18), (date(2026, 11, 21), date(2026, 11, 22))),
        (date(2026, 11, 21), (date(2026, 11, 21), date(2026, 11, 22))),
        (date(2026, 11, 22), (date(2026, 11, 22), date(2026, 11, 22))),
    ],
)
def test_this_weekend_is_its_remaining_days(today: date, weekend: tuple[date, date]) -> None:
    found = next(quick_range for quick_range in quick_ranges(today) if quick_range.name == "This weekend")
    assert (found.first, found.last) == weekend


def test_the_current_month_begins_today() -> None:
    assert month_range("2026-11", date(2026, 11, 22)).first == date(2026, 11, 22)
    assert month_range("2027-02", date(2026, 11, 22)).last == date(2027, 2, 28)


def test_a_calendar_entry_is_folded_escaped_and_in_utc() -> None:
    event = {
        "id": "evt_1",
        "revision": 1,
        "name": "Ünder, the; bridge\nand " + "far " * 30,
        "starts_at": "2026-12-31T18:30:00Z",
        "local_date": "2026-12-31",
        "local_time": "19:30",
        "venue": {"name": "Hall", "city": "Vienna"},
    }
    entry = calendar_entry(event, url="https://example.org/e/evt_1", now=NOW)
    lines = entry.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert "DTSTART:20261231T183000Z" in lines
    assert r"SUMMARY:Ünder\, the\; bridge\nand" in entry.replace("\r\n ", "")


def test_a_show_without_a_time_takes_the_whole_day() -> None:
    event: dict[str, object] = {
        "id": "e",
        "revision": 1,
        "name": "n",
        "starts_at": None,
        "local_date": "2026-12-31",
        "local_time": None,
        "venue": {},
    }
    entry = calendar_entry(event, url="u", now=NOW)
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in entry
