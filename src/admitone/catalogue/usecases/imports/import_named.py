"""Write one batch of imported venues or performers in one statement."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.import_lines import PerformerLine, Report, VenueLine, fingerprint_of, keep_good
from admitone.catalogue.domain.records import (
    Performer,
    Venue,
    build_performer,
    build_venue,
    check_performer,
    check_venue,
)
from admitone.catalogue.store import performers, venues
from admitone.catalogue.store.events import lock_events_of_performer, lock_events_of_venue, lock_imports
from admitone.catalogue.store.references import find_pictures
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.event_changes.refresh_events import refresh_events
from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection

Line = TypeVar("Line", VenueLine, PerformerLine)
Record = TypeVar("Record", Venue, Performer)


async def import_venues(
    deps: Deps, *, organization_id: str, batch: list[tuple[int, VenueLine]], report: Report
) -> None:
    """Store the batch's (line number, line) pairs, each id once, and count the results in `report`."""

    async def lock(conn: Connection, external_ids: list[str]) -> list[Venue]:
        return await venues.lock_venues_by_external_id(conn, organization_id=organization_id, external_ids=external_ids)

    def plan(line: VenueLine, previous: Venue | None) -> Venue:
        venue_id = previous.id if previous else new_id("ven")
        return build_venue(line, venue_id=venue_id, organization_id=organization_id, now=deps.now(), previous=previous)

    async def refresh(conn: Connection, venue: Venue) -> None:
        events = await lock_events_of_venue(conn, organization_id=organization_id, venue_id=venue.id)
        await refresh_events(deps, conn, events, timezone=venue.timezone)

    async with deps.pool.connection() as conn, conn.transaction():
        await lock_imports(conn, organization_id=organization_id)
        image_urls = [line.image_url for _, line in batch]
        pictures = await find_pictures(conn, organization_id=organization_id, image_urls=image_urls)
        good = keep_good(batch, lambda line: check_venue(line, pictures), report)
        await _store(deps, conn, good, report, lock=lock, plan=plan, upsert=venues.upsert_venues, refresh=refresh)


async def import_performers(
    deps: Deps, *, organization_id: str, batch: list[tuple[int, PerformerLine]], report: Report
) -> None:
    """Store the batch's (line number, line) pairs, each id once, and count the results in `report`."""

    async def lock(conn: Connection, external_ids: list[str]) -> list[Performer]:
        return await performers.lock_performers_by_external_id(
            conn, organization_id=organization_id, external_ids=external_ids
        )

    def plan(line: PerformerLine, previous: Performer | None) -> Performer:
        performer_id = previous.id if previous else new_id("prf")
        return build_performer(
            line, performer_id=performer_id, organization_id=organization_id, now=deps.now(), previous=previous
        )

    async def refresh(conn: Connection, performer: Performer) -> None:
        events = await lock_events_of_performer(conn, organization_id=organization_id, performer_id=performer.id)
        await refresh_events(deps, conn, events)

    async with deps.pool.connection() as conn, conn.transaction():
        await lock_imports(conn, organization_id=organization_id)
        image_urls = [line.image_url for _, line in batch]
        pictures = await find_pictures(conn, organization_id=organization_id, image_urls=image_urls)
        good = keep_good(batch, lambda line: check_performer(line, pictures), report)
        upsert = performers.upsert_performers
        await _store(deps, conn, good, report, lock=lock, plan=plan, upsert=upsert, refresh=refresh)


async def _store(
    deps: Deps,
    conn: Connection,
    good: list[Line],
    report: Report,
    *,
    lock: Callable[[Connection, list[str]], Awaitable[list[Record]]],
    plan: Callable[[Line, Record | None], Record],
    upsert: Callable[[Connection, list[Record]], Awaitable[object]],
    refresh: Callable[[Connection, Record], Awaitable[None]],
) -> None:
    """Store lines that differ from their last import, and announce their records and events."""
    stored = await lock(conn, [line.id for line in good])
    known = {record.external_id: record for record in stored}
    changed = []
    for line in good:
        previous, fingerprint = known.get(line.id), fingerprint_of(line)
        if previous is None or previous.fingerprint != fingerprint:
            planned = plan(line, previous)
            changed.append(msgspec.structs.replace(planned, external_id=line.id, fingerprint=fingerprint))
    await upsert(conn, changed)
    if changed:
        await deps.announce_named(conn, NamedChanged(tuple(record.id for record in changed)))
    before = {record.id for record in stored}
    updated = [record for record in changed if record.id in before]
    for record in updated:
        await refresh(conn, record)
    report.count(written=len(changed), updated=len(updated), unchanged=len(good) - len(changed))
