"""Convert local time at the venue to UTC, across daylight-saving changes."""

import re
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

YEAR_MIN, YEAR_MAX = 1900, 2200
"""A date outside of this range is a typing error; inside, conversions between zones cannot overflow."""

_LOCAL = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:00(?:\.0+)?)?", re.ASCII)


class BadMoment(ValueError):
    """The text is not a date or time; the message tells its writer why."""


@cache
def zone(timezone: str) -> ZoneInfo:
    """Return the zone. `ZoneInfo` caches eight; an import uses hundreds."""
    return ZoneInfo(timezone)


def parse_date(text: str) -> date:
    """Return the day of `YYYY-MM-DD`. Raises `BadMoment`."""
    try:
        if len(text) != len("2026-12-31"):
            raise ValueError("not YYYY-MM-DD")
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadMoment(f"This is not a date of the form YYYY-MM-DD: {error}.") from error
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise BadMoment(f"The year must be between {YEAR_MIN} and {YEAR_MAX}.")
    return day


def parse_local_start(text: str) -> tuple[date, time]:
    """Return day and minute of `YYYY-MM-DDTHH:MM`. Raises `BadMoment`."""
    match = _LOCAL.fullmatch(text)
    if match is None:
        raise BadMoment("Write the time at the venue as YYYY-MM-DDTHH:MM, without a zone.")
    day = parse_date(match[1])
    try:
        return day, time.fromisoformat(match[2])
    except ValueError as error:
        raise BadMoment(f"There is no such time of day: {error}.") from error


def to_utc(day: date, minute: time, timezone: str) -> datetime:
    """Return the moment in UTC; the first one if the clocks show the time twice.

    Raises `BadMoment` for a time that the clocks skip when summer time begins.
    """
    local = datetime.combine(day, minute, tzinfo=zone(timezone))  # fold=0: the first of two
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadMoment(f"{minute:%H:%M} does not exist on {day} in {timezone}: the clocks go forward.")
    return moment


def occurrences(day: date, minute: time, timezone: str) -> tuple[datetime, ...]:
    """Return every moment (UTC) at which the clocks show this: none, one, or two where they go back."""
    moments = {
        datetime.combine(day, minute, tzinfo=zone(timezone)).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
    }
    return tuple(sorted(moment for moment in moments if to_local(moment, timezone) == (f"{day}", f"{minute:%H:%M}")))


def to_local(moment: datetime, timezone: str) -> tuple[str, str]:
    """Return (`YYYY-MM-DD`, `HH:MM`) in the venue's local time."""
    local = moment.astimezone(zone(timezone))
    return local.date().isoformat(), f"{local:%H:%M}"


def is_sane(moment: datetime) -> bool:
    """Whether a moment is in the accepted range of years."""
    return YEAR_MIN <= moment.year <= YEAR_MAX
