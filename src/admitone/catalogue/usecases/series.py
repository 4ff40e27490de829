"""Series: repeat an event on many dates, add dates, detach one, rename a series. Each date is an event of its own."""

from datetime import datetime

import msgspec

from admitone.catalogue.contracts import NOT_IN_ORGANIZATION, EventNotFound
from admitone.catalogue.domain.date_pattern import DatePattern, PatternDate, expand_pattern
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.event_draft import event_draft_of
from admitone.catalogue.domain.series import (
    DatesDraft,
    EventInSeries,
    EventNotInSeries,
    PlannedDate,
    Series,
    SeriesDraft,
    SeriesNotFound,
    SeriesPatch,
    check_number,
    plan_dates,
    repeat_event,
)
from admitone.catalogue.domain.text import find_nul
from admitone.catalogue.store import series as store
from admitone.catalogue.store.events import lock_event, read_event
from admitone.catalogue.store.references import find_references
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.event_changes.store_events import store_events
from admitone.kit.ids import new_id
from admitone.kit.local_time import parse_date
from admitone.kit.off_loop import off_loop
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Busy, InvalidBody

ATTEMPTS_MAX = 3
"""Each builds the dates again, because the event or the series changed meanwhile."""


async def preview_dates(deps: Deps, *, organization_id: str, draft: DatesDraft) -> list[PlannedDate]:
    """Return what becomes of each date of the pattern; nothing is stored. Raises `EventNotFound`, `InvalidBody`."""
    async with deps.pool.connection() as conn:
        source = await read_event(conn, organization_id=organization_id, event_id=draft.event_id)
        if source is None:
            raise EventNotFound(draft.event_id, NOT_IN_ORGANIZATION)
        known: list[datetime | None] = [source.starts_at]
        if source.series_id:
            known = await store.list_series_starts(conn, organization_id=organization_id, series_id=source.series_id)
    planned = plan_dates(await _expand(draft.pattern, source), known)
    check_number(planned, len(known))
    return planned


async def create_series(deps: Deps, *, organization_id: str, draft: SeriesDraft) -> tuple[Series, list[PlannedDate]]:
    """Return the new series and its dates: the event, and a draft of it for each new date of the pattern.

    Raises `EventNotFound`, `EventInSeries`, `InvalidBody` with every fault.
    """
    if faults := find_nul(draft):
        raise InvalidBody(faults)
    series_id = new_id("ser")
    for _ in range(ATTEMPTS_MAX):
        prepared = await _prepare(deps, organization_id, series_id, draft.event_id, draft.pattern)
        now = deps.now()
        async with deps.pool.connection() as conn, conn.transaction():
            source = await _lock_source(conn, organization_id, draft.event_id)
            planned = plan_dates(prepared.dates, [source.starts_at])
            events = prepared.events_of(planned)
            if source.revision != prepared.revision or events is None:
                continue
            name = draft.name or source.name
            series = Series(id=series_id, organization_id=organization_id, name=name, created_at=now)
            await store.insert_series(conn, series)
            first = msgspec.structs.replace(source, series_id=series_id, revision=source.revision + 1, updated_at=now)
            await store_events(deps, conn, [first, *events])
            return await _read(conn, organization_id, series_id), planned
    raise Busy


async def add_dates(
    deps: Deps, *, organization_id: str, series_id: str, draft: DatesDraft
) -> tuple[Series, list[PlannedDate]]:
    """Repeat an event on the dates of the pattern that the series does not have; the new dates are drafts.

    Raises `SeriesNotFound`, `EventNotFound`, `InvalidBody` with every fault.
    """
    await read_series(deps, organization_id=organization_id, series_id=series_id)
    for _ in range(ATTEMPTS_MAX):
        prepared = await _prepare(deps, organization_id, series_id, draft.event_id, draft.pattern)
        async with deps.pool.connection() as conn, conn.transaction():
            # The lock keeps two additions from creating one date twice, or more dates than a series may have.
            if await store.lock_series(conn, organization_id=organization_id, series_id=series_id) is None:
                raise SeriesNotFound
            source = await _lock_source(conn, organization_id, draft.event_id)
            known = await store.list_series_starts(conn, organization_id=organization_id, series_id=series_id)
            planned = plan_dates(prepared.dates, known)
            events = prepared.events_of(planned)
            if source.revision != prepared.revision or events is None:
                continue
            check_number(planned, len(known))
            await store_events(deps, conn, events)
            return await _read(conn, organization_id, series_id), planned
    raise Busy


async def rename_series(
    deps: Deps, *, organization_id: str, series_id: str, patch: SeriesPatch
) -> tuple[Series, Series]:
    """Return the series as it was, and as it is. Raises `SeriesNotFound`, `InvalidBody`."""
    if faults := find_nul(patch):
        raise InvalidBody(faults)
    async with deps.pool.connection() as conn, conn.transaction():
        before = await _read(conn, organization_id, series_id)
        await store.rename_series(conn, organization_id=organization_id, series_id=series_id, name=patch.name)
        return before, await _read(conn, organization_id, series_id)


async def detach_date(deps: Deps, *, organization_id: str, series_id: str, event_id: str) -> Event:
    """Return the event, which is no date of the series any more; a series without dates is deleted.

    Raises `SeriesNotFound`, `EventNotInSeries`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        if await store.lock_series(conn, organization_id=organization_id, series_id=series_id) is None:
            raise SeriesNotFound
        previous = await lock_event(conn, organization_id=organization_id, event_id=event_id)
        if previous is None or previous.series_id != series_id:
            raise EventNotInSeries
        event = msgspec.structs.replace(previous, series_id=None, revision=previous.revision + 1, updated_at=deps.now())
        await store_events(deps, conn, [event], previous=previous)
        await store.delete_empty_series(conn, organization_id=organization_id, series_id=series_id)
    return event


async def read_series(deps: Deps, *, organization_id: str, series_id: str) -> Series:
    """Raises `SeriesNotFound`, also for a series of another organization."""
    async with deps.pool.connection() as conn:
        return await _read(conn, organization_id, series_id)


async def list_series(deps: Deps, *, organization_id: str, q: str, page: int, size: int) -> tuple[list[Series], int]:
    """Return the page's series whose names hold every word of `q`, the newest first, and the number on all pages."""
    async with deps.pool.connection() as conn:
        return await store.list_series(conn, organization_id=organization_id, q=q, page=page, size=size)


class _Prepared(msgspec.Struct, frozen=True):
    """Drafts of new dates, by their start. `revision`: of the event that they were built from; `dates`: all of the
    pattern."""

    revision: int
    dates: list[PatternDate]
    events: dict[datetime, Event]

    def events_of(self, planned: list[PlannedDate]) -> list[Event] | None:
        """Return the drafts of the dates that are new; None if one of them was not new when they were built."""
        starts = _new_starts(planned)
        return [self.events[start] for start in starts] if self.events.keys() >= set(starts) else None


async def _prepare(deps: Deps, organization_id: str, series_id: str, event_id: str, pattern: DatePattern) -> _Prepared:
    """Build a draft of the event for each new date, before a row is locked: hundreds of events take tenths of a second,
    in a thread that other calls may occupy. The caller compares under its locks what has changed since.

    Raises `EventNotFound`, `EventInSeries`, `InvalidBody` with every fault.
    """
    async with deps.pool.connection() as conn:
        source = await read_event(conn, organization_id=organization_id, event_id=event_id)
        if source is None:
            raise EventNotFound(event_id, NOT_IN_ORGANIZATION)
        if source.series_id not in (None, series_id):
            raise EventInSeries(source.series_id or "")
        known = await store.list_series_starts(conn, organization_id=organization_id, series_id=series_id)
        references = await find_references(conn, organization_id=organization_id, drafts=[event_draft_of(source)])
    known = known or [source.starts_at]
    dates = await _expand(pattern, source)
    planned = plan_dates(dates, known)
    check_number(planned, len(known))
    events = await off_loop(
        repeat_event,
        source,
        references,
        [(new_id("evt"), start) for start in _new_starts(planned)],
        series_id=series_id,
        now=deps.now(),
        hold_seconds_min=deps.hold_seconds_min,
    )
    return _Prepared(source.revision, dates, {event.starts_at: event for event in events if event.starts_at})


def _new_starts(planned: list[PlannedDate]) -> list[datetime]:
    return [date.starts_at for date in planned if date.state == "new" and date.starts_at is not None]


async def _expand(pattern: DatePattern, source: Event) -> list[PatternDate]:
    first_day = parse_date(source.local_date)
    return await off_loop(expand_pattern, pattern, first_day=first_day, timezone=source.timezone)


async def _lock_source(conn: Connection, organization_id: str, event_id: str) -> Event:
    source = await lock_event(conn, organization_id=organization_id, event_id=event_id)
    if source is None:
        raise EventNotFound(event_id, NOT_IN_ORGANIZATION)
    return source


async def _read(conn: Connection, organization_id: str, series_id: str) -> Series:
    series = await store.read_series(conn, organization_id=organization_id, series_id=series_id)
    if series is None:
        raise SeriesNotFound
    return series
