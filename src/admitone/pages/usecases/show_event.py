"""Show one event: its details, and other events of the same performers and the same venue."""

import asyncio
from typing import Any

from msgspec import Struct

from admitone.pages.contracts import Document
from admitone.pages.domain.series_dates import Month, months_of
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.find_waitable import Waitable, find_waitable
from admitone.search.contracts import SearchQuery

_RELATED_SHOWN = 5


class EventPage(Struct, frozen=True):
    event: Document
    """The body of `GET /events/details/{id}`."""
    same_performer: list[Document]
    same_venue: list[Document]
    waitable: Waitable | None = None
    """For which price levels people can wait."""
    series: "DatesOfSeries | None" = None
    """The coming dates of its series, this one among them; None where there is no other."""


class DatesOfSeries(Struct, frozen=True):
    name: str
    dates: tuple[Document, ...]
    months: tuple[Month, ...]


async def show_event(deps: Deps, *, event_id: str, revision: int = 0) -> EventPage:
    """Return the page, of this revision of the event or a later one. Raises `event-not-found`."""
    event = await deps.read_details(event_id)
    if event["revision"] < revision:
        event = await deps.read_current_details(event_id)
    performer = next(iter(event["performers"]), None)
    performer_id = performer["id"] if performer else None
    venue_id = event["venue"].get("id")
    by_performer, by_venue, waitable, series = await asyncio.gather(
        _related(deps, event, performer_id=performer_id),
        _related(deps, event, venue_id=venue_id),
        find_waitable(deps, event),
        _dates(deps, event),
    )
    listed = {other["id"] for other in by_performer}
    others = [other for other in by_venue if other["id"] not in listed]
    return EventPage(event, by_performer, others, waitable, series)


async def _dates(deps: Deps, event: Document) -> DatesOfSeries | None:
    series_id = event.get("series_id")
    if series_id is None:
        return None
    series = await deps.read_series_dates(series_id)
    if all(date["id"] == event["id"] for date in series.dates):
        return None
    return DatesOfSeries(series.name, series.dates, months_of(series.dates))


async def _related(deps: Deps, event: Document, **wanted: Any) -> list[Document]:
    """Return other shows; the dates of the event's own series are listed apart."""
    if not all(wanted.values()):
        return []
    answer = await deps.search(SearchQuery(**wanted, sort="date", size=_RELATED_SHOWN + 1, collapse=True))
    series_id = event.get("series_id")
    return [
        other
        for other in answer.events
        if other["id"] != event["id"] and (series_id is None or other.get("series_id") != series_id)
    ][:_RELATED_SHOWN]
