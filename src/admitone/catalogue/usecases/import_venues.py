"""Write one batch of imported venues in one statement."""

import msgspec

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.import_lines import Report, VenueLine, fingerprint_of, keep_good
from admitone.catalogue.domain.records import Venue, build_venue, check_venue
from admitone.catalogue.store import venues as store
from admitone.catalogue.store.events import lock_events_of_venue, lock_imports
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.refresh_events import refresh_events
from admitone.kit.ids import new_id


async def import_venues(
    deps: Deps, *, organization_id: str, batch: list[tuple[int, VenueLine]], report: Report
) -> None:
    """Store the batch's (line number, line) pairs, ids once each, and count what became of them in `report`."""
    good = keep_good(batch, check_venue, report)
    async with deps.pool.connection() as conn, conn.transaction():
        await lock_imports(conn, organization_id=organization_id)
        stored = await store.lock_venues_by_external_id(
            conn, organization_id=organization_id, external_ids=[line.id for line in good]
        )
        known = {stored_venue.external_id: stored_venue for stored_venue in stored}
        changed = [
            after for line in good if (after := _build(deps, line, organization_id, known.get(line.id))) is not None
        ]
        await store.upsert_venues(conn, changed)
        if changed:
            await deps.announce_named(conn, NamedChanged(tuple(after.id for after in changed)))
        before = {stored_venue.id: stored_venue for stored_venue in stored}
        for venue in changed:
            if venue.id in before:
                events = await lock_events_of_venue(conn, organization_id=organization_id, venue_id=venue.id)
                await refresh_events(deps, conn, events, timezone=venue.timezone)
    updated = sum(venue.id in before for venue in changed)
    report.count(written=len(changed), updated=updated, unchanged=len(good) - len(changed))


def _build(deps: Deps, line: VenueLine, organization_id: str, previous: Venue | None) -> Venue | None:
    """Return what is to be stored, or None where this very line was imported last."""
    fingerprint = fingerprint_of(line)
    if previous is not None and previous.fingerprint == fingerprint:
        return None
    venue = build_venue(
        line,
        venue_id=previous.id if previous else new_id("ven"),
        organization_id=organization_id,
        now=deps.now(),
        previous=previous,
    )
    return msgspec.structs.replace(venue, external_id=line.id, fingerprint=fingerprint)
