"""Calendar entries (iCalendar, RFC 5545): one event a file, or a feed of many.

A calendar replaces an entry by one with the same UID and a higher SEQUENCE: the event's revision.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from admitone.catalogue.contracts import ASSUMED_LENGTH
from admitone.pages.domain.words import place

_LINE_OCTETS_MAX = 75
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\r\n\t"} | {0x7F: None}
_ON = ("", "CONFIRMED", True)
_STATUS = {
    "cancelled": ("Cancelled", "CANCELLED", False),
    "postponed": ("Postponed", "TENTATIVE", False),
    "rescheduled": ("New date", "CONFIRMED", True),
}
"""Event's status → (word before the title, STATUS, whether the entry blocks the time)."""
_UPDATE_TEXT = {
    "Cancelled": "This show is cancelled.",
    "Postponed": "This show is postponed; a new date will be announced.",
}


def calendar_entry(event: dict[str, Any], *, url: str, now: datetime, notes: str = "") -> str:
    """Return the .ics text for the details of an event; a whole day if the time is to be announced.

    A show that is postponed without a new date keeps its old date, as tentative, and its title says so.
    """
    return _file([*_entry(event, url=url, stamp=now, notes=notes)])


def calendar_feed(entries: Iterable[tuple[dict[str, Any], str, datetime]], *, name: str, url: str) -> str:
    """Return the text of a calendar that programs subscribe to. An entry: event, its address, when it was written."""
    head = [
        f"NAME:{_escape(name)}",
        f"X-WR-CALNAME:{_escape(name)}",
        f"URL:{url}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    return _file([*head, *(line for event, at, stamp in entries for line in _entry(event, url=at, stamp=stamp))])


def _file(content: list[str]) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//AdmitOne//Tickets//EN",
        "METHOD:PUBLISH",
        *content,
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _entry(event: dict[str, Any], *, url: str, stamp: datetime, notes: str = "") -> list[str]:
    word, status, blocks_time = _STATUS.get(event.get("status", ""), _ON)
    about = notes or url
    return [
        "BEGIN:VEVENT",
        f"UID:{event['id']}@admitone",
        f"SEQUENCE:{event['revision']}",
        f"DTSTAMP:{_utc(stamp)}",
        *([f"LAST-MODIFIED:{_utc(datetime.fromisoformat(event['updated_at']))}"] if event.get("updated_at") else []),
        *_span(event),
        f"SUMMARY:{_escape(f'{word}: ' if word else '')}{_escape(event['name'])}",
        f"LOCATION:{_escape(place(event['venue']))}",
        f"DESCRIPTION:{_escape(f'{_UPDATE_TEXT[word]} {about}' if word in _UPDATE_TEXT else about)}",
        f"URL:{url}",
        f"STATUS:{status}",
        f"TRANSP:{'OPAQUE' if blocks_time else 'TRANSPARENT'}",
        "END:VEVENT",
    ]


def _span(event: dict[str, Any]) -> list[str]:
    if event.get("starts_at") and event.get("local_time"):
        starts = datetime.fromisoformat(event["starts_at"])
        ends = datetime.fromisoformat(event["ends_at"]) if event.get("ends_at") else starts + ASSUMED_LENGTH
        return [f"DTSTART:{_utc(starts)}", f"DTEND:{_utc(ends)}"]
    day = date.fromisoformat(event["local_date"])
    return [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escape(text: str) -> str:
    escaped = text.translate(_CONTROLS).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Fold into lines of at most 75 octets, never inside a character."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _LINE_OCTETS_MAX:
            yield part
            part = " "
        part += character
    yield part
