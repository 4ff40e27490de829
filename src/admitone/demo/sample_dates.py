"""Move the sample's real dates into the coming year; weekday, local time and season stay the same."""

from datetime import date, timedelta

YEAR = timedelta(days=364)
"""52 weeks: a date moved past the end of the year wraps to its start, on the same weekday."""


def move_date(original: date, today: date) -> date:
    """Return the day in the coming 52 weeks, from tomorrow on, with the same weekday and nearest to the same date.

    >>> move_date(date(2013, 5, 12), date(2026, 11, 22))  # a Sunday in May
    datetime.date(2027, 5, 9)
    """
    first = today + timedelta(days=1)
    anniversary = _day_of(first.year, original)
    if anniversary < first:
        anniversary = _day_of(first.year + 1, original)
    # From −3 to +3 days: the nearest day with the same weekday.
    moved = anniversary + timedelta(days=(original.weekday() - anniversary.weekday() + 3) % 7 - 3)
    if moved < first:
        return moved + YEAR
    return moved if moved < first + YEAR else moved - YEAR


def _day_of(year: int, original: date) -> date:
    if (original.month, original.day) == (2, 29):
        return date(year, 2, 28)
    return date(year, original.month, original.day)
