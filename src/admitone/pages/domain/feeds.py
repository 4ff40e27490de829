"""Feeds of coming events: iCalendar (RFC 5545) for calendars, Atom (RFC 4287) for readers."""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.catalogue.contracts import EventDocument, event_summary
from admitone.kit.moments import utc_text
from admitone.pages.domain.addresses import canonical_path
from admitone.pages.domain.calendar import calendar_feed
from admitone.pages.domain.poster.sheet import clean
from admitone.pages.domain.words import place

ENTRIES_MAX = 500
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class FeedFormat(Enum):
    """The value is the end of the address."""

    CALENDAR = "ics"
    ATOM = "atom"

    @property
    def media_type(self) -> str:
        return "text/calendar" if self is FeedFormat.CALENDAR else "application/atom+xml"


class Feed(Struct, frozen=True):
    """`path`: of the page that lists the same events."""

    title: str
    path: str
    events: list[EventDocument]


def split_format(segment: str) -> tuple[str, FeedFormat | None]:
    """`ven_1.ics` → `("ven_1", CALENDAR)`."""
    for format_ in FeedFormat:
        if segment.endswith(f".{format_.value}"):
            return segment.removesuffix(f".{format_.value}"), format_
    return segment, None


def feed_text(feed: Feed, format_: FeedFormat, *, origin: str) -> str:
    """Return the feed. It depends on its events alone, so that the same events have the same ETag."""
    if format_ is FeedFormat.CALENDAR:
        entries = [(_details(event), origin + event.url, event.updated_at or _NEVER) for event in feed.events]
        return calendar_feed(entries, name=feed.title, url=origin + feed.path)
    return _atom(feed, origin)


def _details(event: EventDocument) -> dict[str, Any]:
    return {
        **event_summary(event, None),
        "revision": event.revision,
        "ends_at": utc_text(event.ends_at),
        "updated_at": utc_text(event.updated_at),
    }


def _atom(feed: Feed, origin: str) -> str:
    changed = max((event.updated_at or _NEVER for event in feed.events), default=_NEVER)
    page = clean(origin + feed.path)
    entries = "".join(_entry(event, origin) for event in feed.events)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{page}</id><title>{clean(feed.title)}</title>'
        f'<updated>{utc_text(changed)}</updated><author><name>AdmitOne</name></author><link href="{page}"/>\n'
        f"{entries}</feed>\n"
    )


def _entry(event: EventDocument, origin: str) -> str:
    where = place(event_summary(event, None)["venue"])
    starts = " ".join(part for part in (event.local_date, event.local_time) if part)
    status = "" if event.status.value == "scheduled" else f"{event.status.value.capitalize()}. "
    address = origin + canonical_path("event", event.id, event.name)
    return (
        f"<entry><id>{origin}{event.url}</id><title>{clean(event.name)}</title>"
        f"<updated>{utc_text(event.updated_at or _NEVER)}</updated>"
        f'<link href="{address}"/>'
        f"<summary>{clean(f'{status}{starts}, {where}')}</summary></entry>\n"
    )
