"""A series: many dates of one show. Each date is an event with places, sale and bookings of its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from admitone.catalogue.domain.build_event import References, build_event
from admitone.catalogue.domain.date_pattern import DATES_MAX, DatePattern, PatternDate
from admitone.catalogue.domain.drafts import EventDraft, Id, Name
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.event_draft import event_draft_of
from admitone.kit.refusal import Fault, InvalidBody, Kind, Refusal

DateState = Literal["new", "existing", "skipped"]


class Series(Struct, frozen=True, kw_only=True):
    """One row of `catalogue.series`, with what its dates say: how many there are, the first and the last.

    `first_date` and `last_date` are days at the venue; None while the series has no dates.
    """

    id: str
    organization_id: str
    name: str
    created_at: datetime
    date_count: int = 0
    first_date: str | None = None
    last_date: str | None = None


class SeriesDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`event_id`: the event that is repeated, which becomes a date of the series. `name`: without one, the event's."""

    event_id: Id
    pattern: DatePattern
    name: Name | None = None


class SeriesPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The dates of the series keep their own names."""

    name: Name


class DatesDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`event_id`: the event that is repeated."""

    event_id: Id
    pattern: DatePattern


class PlannedDate(Struct, frozen=True):
    """`state`: `new`; `existing`: the series has it; `skipped`: the clocks at the venue skip this time, so it is left
    out. `comes_twice`: the clocks show this time twice, and the first is meant."""

    local_start: str
    starts_at: datetime | None
    state: DateState
    comes_twice: bool


class SeriesNotFound(Refusal):
    code = "series-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such series.")


class EventInSeries(Refusal):
    """The event is a date of a series already: add dates to that one."""

    code = "event-in-series"
    kind = Kind.CONFLICT

    def __init__(self, series_id: str) -> None:
        super().__init__("This event is a date of a series: add dates to the series.", series_id=series_id)


class EventNotInSeries(Refusal):
    code = "event-not-in-series"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("This event is no date of this series.")


def plan_dates(dates: Sequence[PatternDate], existing: Iterable[datetime | None]) -> list[PlannedDate]:
    """Return what becomes of each date of a pattern; `existing`: the starts of the dates that the series has."""
    known = set(existing)
    planned = []
    for date in dates:
        state: DateState = "skipped" if date.starts_at is None else "existing" if date.starts_at in known else "new"
        planned.append(PlannedDate(date.local_start, date.starts_at, state, date.comes_twice))
    return planned


def check_number(planned: Sequence[PlannedDate], existing: int) -> None:
    """Raise `InvalidBody` where the series would have too many dates, or the pattern adds none."""
    added = sum(date.state == "new" for date in planned)
    if existing + added > DATES_MAX:
        raise InvalidBody([("/pattern", f"A series has at most {DATES_MAX} dates; this one has {existing}.")])
    if not added:
        raise InvalidBody([("/pattern", "The series has all dates of this pattern.")])


def repeat_event(
    source: Event,
    references: References,
    dates: Sequence[tuple[str, datetime]],
    *,
    series_id: str,
    now: datetime,
    hold_seconds_min: int,
) -> list[Event]:
    """Return a draft of the source for each (event id, start), as dates of the series.

    Doors, end and the end of the sale keep their distance to the start; the opening of the sale stays. Raises
    `InvalidBody`, for example where the sale opens after a date.
    """
    draft = event_draft_of(source)
    repeated: list[Event] = []
    faults: list[Fault] = []
    for event_id, starts_at in dates:
        try:
            event = build_event(
                _moved(draft, source, starts_at),
                references,
                event_id=event_id,
                organization_id=source.organization_id,
                now=now,
                hold_seconds_min=hold_seconds_min,
            )
        except InvalidBody as refused:
            faults += [("/pattern", f"{starts_at:%Y-%m-%d}: {fault['detail']}") for fault in refused.members["errors"]]
            continue
        repeated.append(_with_seats(event, source, series_id))
    if faults:
        raise InvalidBody(list(dict.fromkeys(faults)))
    return repeated


def _moved(draft: EventDraft, source: Event, starts_at: datetime) -> EventDraft:
    shift = starts_at - source.starts_at if source.starts_at else None

    def moved(moment: datetime | None, shift: timedelta | None = shift) -> datetime | None:
        return None if moment is None or shift is None else moment + shift

    return msgspec.structs.replace(
        draft,
        starts_at=starts_at,
        local_start=None,
        local_date=None,
        doors_at=moved(draft.doors_at),
        ends_at=moved(draft.ends_at),
        off_sale_at=moved(draft.off_sale_at),
        price_levels=tuple(msgspec.structs.replace(level, id=None) for level in draft.price_levels),
        general_admission=tuple(msgspec.structs.replace(area, id=None) for area in draft.general_admission),
    )


def _with_seats(event: Event, source: Event, series_id: str) -> Event:
    """Return the event with the repriced and the opened seats of the source, which a draft does not have."""
    levels = zip(event.price_levels, source.price_levels, strict=True)
    return msgspec.structs.replace(
        event,
        series_id=series_id,
        open_seats=source.open_seats,
        price_levels=tuple(msgspec.structs.replace(new, seat_ranges=old.seat_ranges) for new, old in levels),
    )
