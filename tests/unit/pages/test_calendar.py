"""A calendar entry follows its show: rescheduled, postponed, cancelled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from admitone.pages.domain.calendar import calendar_entry

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "id": "evt_mahler",
    "name": "Mahler 2",
    "status": "scheduled",
    "starts_at": "2026-11-28T18:30:00Z",
    "local_date": "2026-11-28",
    "local_time": "19:30",
    "venue": {"name": "Great Hall", "city": "Vienna"},
    "revision": 3,
    "updated_at": "2026-11-01T09:00:00.123456Z",
}


def entry(now: datetime = NOW, **changes: Any) -> dict[str, str]:
    """Return the properties of the entry, lines unfolded."""
    text = calendar_entry({**EVENT, **changes}, url="https://tickets.example/e/evt_mahler", now=now)
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    return dict(line.split(":", 1) for line in lines)


def test_a_scheduled_show_has_its_time() -> None:
    found = entry()

    assert [found[name] for name in ("STATUS", "TRANSP", "SUMMARY", "SEQUENCE", "DTSTART")] == [
        *("CONFIRMED", "OPAQUE", "Mahler 2", "3", "20261128T183000Z"),
    ]
    assert (found["DTSTAMP"], found["LAST-MODIFIED"]) == ("20261122T120000Z", "20261101T090000Z")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("cancelled", ("CANCELLED", "TRANSPARENT", "Cancelled: Mahler 2")),
        ("postponed", ("TENTATIVE", "TRANSPARENT", "Postponed: Mahler 2")),
        ("rescheduled", ("CONFIRMED", "OPAQUE", "New date: Mahler 2")),
    ],
)
def test_the_entry_has_the_status_of_the_show(status: str, expected: tuple[str, ...]) -> None:
    found = entry(status=status, revision=4)

    assert tuple(found[name] for name in ("STATUS", "TRANSP", "SUMMARY")) == expected
    assert (found["UID"], found["SEQUENCE"]) == (entry()["UID"], "4")


def test_a_show_without_a_new_date_says_so() -> None:
    assert entry(status="postponed")["DESCRIPTION"].startswith(
        "This show is postponed\\; a new date will be announced."
    )


def test_a_rescheduled_show_has_its_new_time_under_the_same_uid() -> None:
    moved = entry(status="rescheduled", starts_at="2027-01-10T19:00:00Z", revision=5)

    assert (moved["DTSTART"], moved["DTEND"]) == ("20270110T190000Z", "20270110T220000Z")
    assert moved["UID"] == entry()["UID"]
    assert int(moved["SEQUENCE"]) > int(entry(now=NOW + timedelta(days=9))["SEQUENCE"])


def test_texts_cannot_leave_their_line_and_lines_are_folded() -> None:
    name = "A\r\nSTATUS:CANCELLED\x00\x0b; B, C\\ " + "ü" * 100
    text = calendar_entry({**EVENT, "name": name}, url="https://tickets.example/e/evt_mahler", now=NOW)

    assert entry(name=name)["SUMMARY"] == "A\\nSTATUS:CANCELLED\\; B\\, C\\\\ " + "ü" * 100
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert entry(name=name)["STATUS"] == "CONFIRMED"
