"""Compare event times: instants if the time is precise, days in the venue's calendar.

An event whose time is to be announced may start at any moment of its local day: at the first at the earliest, at the
last at the latest. A lower bound is compared with the latest start, an upper bound with the earliest, so that a search
never excludes an event that might match.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from admitone.catalogue.contracts import EventDocument, event_end
from admitone.search.contracts import SearchQuery

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[-+ ][0-9]{2}:[0-9]{2})"
)

_SEVERAL_DAYS = timedelta(hours=18)
"""Events at least as long are festivals."""


class Moments(NamedTuple):
    """Earliest and latest start and the end in Unix seconds, and the first and last local day as numbers (20261231)."""

    earliest: int
    latest: int
    ends: int
    local_day: int
    last_day: int


class Bounds(NamedTuple):
    """A query's bounds on `Moments`; None is no bound."""

    ends_min: int | None
    latest_min: int | None
    earliest_max: int | None
    local_day_min: int | None
    local_day_max: int | None
    last_day_min: int | None


def event_moments(document: EventDocument) -> Moments:
    day = date.fromisoformat(document.local_date)
    if document.starts_at is not None:
        second = int(document.starts_at.timestamp())
        return Moments(second, second, _end(document, second), day_number(day), _last_day(document, day))
    zone = ZoneInfo(document.timezone)
    first = datetime.combine(day, time(), zone)
    last = datetime.combine(day, time(23, 59, 59), zone)
    latest = int(last.timestamp())
    return Moments(int(first.timestamp()), latest, _end(document, latest), day_number(day), day_number(day))


def _last_day(document: EventDocument, first: date) -> int:
    """Return the last day of a festival. A show that ends after midnight is of the day on which it began."""
    starts, ends = document.starts_at, document.ends_at
    if starts is None or ends is None or ends - starts < _SEVERAL_DAYS:
        return day_number(first)
    return day_number(max(first, ends.astimezone(ZoneInfo(document.timezone)).date()))


def _end(document: EventDocument, latest: int) -> int:
    """Until when an event is listed: its end; not before its latest start, whatever its organizer wrote."""
    end = event_end(document.starts_at, document.ends_at)
    return latest if end is None else max(latest, int(end.timestamp()))


def query_bounds(query: SearchQuery, *, now: datetime) -> Bounds:
    """Without `starts_from` a search lists what is not over. Raises ValueError for text that is no time."""
    ends_min = latest_min = earliest_max = local_day_min = local_day_max = last_day_min = None
    if query.starts_from is None:
        ends_min = int(now.timestamp())
    elif isinstance(start := read_moment(query.starts_from), datetime):
        latest_min = _ceiling(start)
    elif query.under_way:
        ends_min, last_day_min = int(now.timestamp()), day_number(start)
    else:
        local_day_min = day_number(start)
    if query.starts_to is not None:
        if isinstance(end := read_moment(query.starts_to), datetime):
            earliest_max = int(end.timestamp() // 1)
        else:
            local_day_max = day_number(end)
    return Bounds(ends_min, latest_min, earliest_max, local_day_min, local_day_max, last_day_min)


def read_moment(text: str) -> datetime | date:
    """Read a day (`2026-12-31`, in the venue's zone) or an RFC 3339 instant. Raises ValueError."""
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if not _INSTANT.fullmatch(text):
        raise ValueError("neither a day nor an instant")
    # An unencoded "+" in a URL arrives as a space.
    moment = datetime.fromisoformat(text.upper().replace(" ", "+"))
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("beyond the calendar") from error


def day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _ceiling(moment: datetime) -> int:
    second = moment.replace(microsecond=0)
    return int((second if second == moment else second + timedelta(seconds=1)).timestamp())
