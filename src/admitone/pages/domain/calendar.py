"""Calendar entries (iCalendar, RFC 5545), one event a file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from admitone.pages.domain.words import place

_LINE_OCTETS_MAX = 75
_UNKNOWN_LENGTH = timedelta(hours=3)
"""How long a show is taken to last where its end is not known."""


def calendar_entry(event: dict[str, Any], *, url: str, now: datetime, notes: str = "") -> str:
    """The details of an event → the text of an .ics file; a whole day while the hour is to be announced."""
    status = "CANCELLED" if event.get("status") == "cancelled" else "CONFIRMED"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//AdmitOne//Tickets//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{event['id']}@admitone",
        f"DTSTAMP:{_utc(now)}",
        *_span(event),
        f"SUMMARY:{_escape(event['name'])}",
        f"LOCATION:{_escape(place(event['venue']))}",
        f"DESCRIPTION:{_escape(notes or url)}",
        f"URL:{url}",
        f"STATUS:{status}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _span(event: dict[str, Any]) -> list[str]:
    if event.get("starts_at") and event.get("local_time"):
        starts = datetime.fromisoformat(event["starts_at"])
        ends = datetime.fromisoformat(event["ends_at"]) if event.get("ends_at") else starts + _UNKNOWN_LENGTH
        return [f"DTSTART:{_utc(starts)}", f"DTEND:{_utc(ends)}"]
    day = date.fromisoformat(event["local_date"])
    return [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never cut inside a character."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _LINE_OCTETS_MAX:
            yield part
            part = " "
        part += character
    yield part
