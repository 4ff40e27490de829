"""Expand a pattern of dates: times on weekdays, by the clocks of the venue."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from msgspec import Meta, Struct

from admitone.kit.local_time import BadMoment, occurrences, parse_date, parse_local_start
from admitone.kit.refusal import Fault, InvalidBody

DATES_MAX = 400
"""Dates of one series, and of one pattern."""
DAYS_MAX = 3_660
"""Days from the first to the last date: ten years."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_TOO_MANY = f"The pattern has more than {DATES_MAX} dates: end it earlier."


class Slot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time at which the show begins on these weekdays. A matinee is a second slot."""

    time: Annotated[
        str,
        Meta(
            pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
            description="HH:MM",
            extra={"words": "Write the time as HH:MM, such as 19:30."},
        ),
    ]
    weekdays: Annotated[tuple[Weekday, ...], Meta(min_length=1, max_length=7)]


class DatePattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All times are those of the clocks at the venue.

    The pattern ends by one of `until` (the last day, included) and `count` (of dates). `every_weeks`: 2 is every
    second week, beginning with the week of `starts_on`. `exceptions` are days (`2026-12-24`) or single dates
    (`2026-12-31T15:00`) without a show.
    """

    slots: Annotated[tuple[Slot, ...], Meta(min_length=1, max_length=20)]
    starts_on: Annotated[str, Meta(max_length=10)] | None = None
    until: Annotated[str, Meta(max_length=10)] | None = None
    count: Annotated[int, Meta(ge=1, le=DATES_MAX)] | None = None
    every_weeks: Annotated[int, Meta(ge=1, le=52)] = 1
    exceptions: Annotated[tuple[Annotated[str, Meta(max_length=40)], ...], Meta(max_length=DATES_MAX)] = ()


class PatternDate(Struct, frozen=True):
    """`starts_at` is None where the clocks skip `local_start`. `comes_twice`: they show it twice, and the first is
    meant."""

    local_start: str
    starts_at: datetime | None
    comes_twice: bool = False


def expand_pattern(pattern: DatePattern, *, first_day: date, timezone: str) -> list[PatternDate]:
    """Return the dates in their order. `first_day`: where the pattern does not say when it starts.

    Times that the clocks skip are among the dates and do not count. Raises `InvalidBody` with every fault of the
    pattern (pointers begin with `/pattern`).
    """
    faults: list[Fault] = []
    start = _day(pattern.starts_on, "/pattern/starts_on", faults) or first_day
    until = _day(pattern.until, "/pattern/until", faults)
    exceptions = _exceptions(pattern, faults)
    if (pattern.until is None) == (pattern.count is None):
        faults.append(("/pattern/until", "Give one of until and count."))
    if until is not None and until < start:
        faults.append(("/pattern/until", "The pattern ends before it starts."))
    if until is not None and (until - start).days > DAYS_MAX:
        faults.append(("/pattern/until", "The pattern ends more than ten years after it starts."))
    if faults:
        raise InvalidBody(faults)
    last = until or start + timedelta(days=DAYS_MAX)
    dates: list[PatternDate] = []
    unused = dict(exceptions)
    real = 0
    for day, minute in _starts(pattern, start, last):
        local_start = f"{day}T{minute:%H:%M}"
        met = [text for text in (str(day), local_start) if text in exceptions]
        for text in met:
            unused.pop(text, None)
        if met:
            continue
        moments = occurrences(day, minute, timezone)
        dates.append(PatternDate(local_start, moments[0] if moments else None, len(moments) > 1))
        real += bool(moments)
        if len(dates) > DATES_MAX:
            raise InvalidBody([("/pattern/until", _TOO_MANY)])
        if real == pattern.count:
            break
    faults += [(pointer, "The pattern has no such date.") for pointer in unused.values()]
    if pattern.count is not None and real < pattern.count:
        faults.append(("/pattern/count", "The pattern ends more than ten years after it starts."))
    if not real:
        faults.append(("/pattern/slots", "The pattern has no date."))
    if faults:
        raise InvalidBody(faults)
    return dates


def _starts(pattern: DatePattern, first: date, last: date) -> Iterator[tuple[date, time]]:
    times: dict[int, set[time]] = {}
    for slot in pattern.slots:
        for weekday in slot.weekdays:
            times.setdefault(WEEKDAYS.index(weekday), set()).add(time.fromisoformat(slot.time))
    monday = first - timedelta(days=first.weekday())
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if (day - monday).days // 7 % pattern.every_weeks == 0:
            for minute in sorted(times.get(day.weekday(), ())):
                yield day, minute


def _day(text: str | None, pointer: str, faults: list[Fault]) -> date | None:
    if text is None:
        return None
    try:
        return parse_date(text)
    except BadMoment as error:
        faults.append((pointer, str(error)))
        return None


def _exceptions(pattern: DatePattern, faults: list[Fault]) -> dict[str, str]:
    """Return the days and local starts without a show → their pointers."""
    exceptions: dict[str, str] = {}
    for i, text in enumerate(pattern.exceptions):
        pointer = f"/pattern/exceptions/{i}"
        try:
            if len(text) == len("2026-12-31"):
                exceptions[str(parse_date(text))] = pointer
            else:
                day, minute = parse_local_start(text)
                exceptions[f"{day}T{minute:%H:%M}"] = pointer
        except BadMoment as error:
            faults.append((pointer, str(error)))
    return exceptions
