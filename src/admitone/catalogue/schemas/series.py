"""The organizer's views of series."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from admitone.catalogue.domain.series import PlannedDate, Series
from admitone.kit.paging import Page


class SeriesView(Struct, frozen=True, kw_only=True):
    """`first_date` and `last_date`: days at the venue; null while the series has no dates."""

    id: str
    name: str
    date_count: int
    first_date: str | None
    last_date: str | None
    created_at: datetime


class SeriesList(Struct, frozen=True):
    series: list[SeriesView]
    page: Page


class PlannedDateView(Struct, frozen=True, kw_only=True):
    """A date of the pattern. `state`: `new`; `existing`: the series has it; `skipped`: the clocks at the venue skip
    this time, so it is left out. `comes_twice`: the clocks show this time twice, and the first is meant."""

    local_start: str
    starts_at: datetime | None
    state: Literal["new", "existing", "skipped"]
    comes_twice: bool


class DatesView(Struct, frozen=True):
    """What becomes of the dates of a pattern, in their order."""

    new: int
    existing: int
    skipped: int
    dates: list[PlannedDateView]


class SeriesWithDates(Struct, frozen=True):
    """`added`: what became of the dates of the pattern."""

    series: SeriesView
    added: DatesView


def series_view(series: Series) -> SeriesView:
    return SeriesView(
        id=series.id,
        name=series.name,
        date_count=series.date_count,
        first_date=series.first_date,
        last_date=series.last_date,
        created_at=series.created_at,
    )


def dates_view(planned: list[PlannedDate]) -> DatesView:
    states = [date.state for date in planned]
    return DatesView(
        new=states.count("new"),
        existing=states.count("existing"),
        skipped=states.count("skipped"),
        dates=[
            PlannedDateView(
                local_start=date.local_start,
                starts_at=date.starts_at,
                state=date.state,
                comes_twice=date.comes_twice,
            )
            for date in planned
        ],
    )
