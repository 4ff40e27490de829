"""Quick ranges of days: today, this weekend, the next seven days, this month and the next ones."""

from datetime import date, timedelta

from msgspec import Struct

_SATURDAY = 5


class DayRange(Struct, frozen=True):
    """Both ends included; days are in the venues' time zones."""

    name: str
    first: date
    last: date


def quick_ranges(today: date) -> list[DayRange]:
    """Return the ranges that people name without a calendar."""
    weekend = today + timedelta(days=max(0, _SATURDAY - today.weekday())) if today.weekday() <= _SATURDAY else today
    sunday = today + timedelta(days=6 - today.weekday())
    return [
        DayRange("Today", today, today),
        DayRange("Tomorrow", today + timedelta(days=1), today + timedelta(days=1)),
        DayRange("This weekend", weekend, sunday),
        DayRange("Next 7 days", today, today + timedelta(days=6)),
        DayRange("Next 30 days", today, today + timedelta(days=29)),
    ]


def month_range(month: str, today: date) -> DayRange:
    """`2026-12` → its remaining days."""
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return DayRange(month, max(first, today), last)
