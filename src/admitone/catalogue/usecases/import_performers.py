"""Write one batch of imported performers in one statement."""

import msgspec

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.import_lines import PerformerLine, Report, fingerprint_of, keep_good
from admitone.catalogue.domain.records import Performer, build_performer, check_performer
from admitone.catalogue.store import performers as store
from admitone.catalogue.store.events import lock_events_of_performer, lock_imports
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.refresh_events import refresh_events
from admitone.kit.ids import new_id


async def import_performers(
    deps: Deps, *, organization_id: str, batch: list[tuple[int, PerformerLine]], report: Report
) -> None:
    """Store the batch's (line number, line) pairs, ids once each, and count what became of them in `report`."""
    good = keep_good(batch, check_performer, report)
    async with deps.pool.connection() as conn, conn.transaction():
        await lock_imports(conn, organization_id=organization_id)
        stored = await store.lock_performers_by_external_id(
            conn, organization_id=organization_id, external_ids=[line.id for line in good]
        )
        known = {stored_performer.external_id: stored_performer for stored_performer in stored}
        changed = [
            after for line in good if (after := _build(deps, line, organization_id, known.get(line.id))) is not None
        ]
        await store.upsert_performers(conn, changed)
        if changed:
            await deps.announce_named(conn, NamedChanged(tuple(after.id for after in changed)))
        before = {stored_performer.id: stored_performer for stored_performer in stored}
        for performer in changed:
            if performer.id in before:
                events = await lock_events_of_performer(
                    conn, organization_id=organization_id, performer_id=performer.id
                )
                await refresh_events(deps, conn, events)
    updated = sum(performer.id in before for performer in changed)
    report.count(written=len(changed), updated=updated, unchanged=len(good) - len(changed))


def _build(deps: Deps, line: PerformerLine, organization_id: str, previous: Performer | None) -> Performer | None:
    """Return what is to be stored, or None where this very line was imported last."""
    fingerprint = fingerprint_of(line)
    if previous is not None and previous.fingerprint == fingerprint:
        return None
    performer = build_performer(
        line,
        performer_id=previous.id if previous else new_id("prf"),
        organization_id=organization_id,
        now=deps.now(),
        previous=previous,
    )
    return msgspec.structs.replace(performer, external_id=line.id, fingerprint=fingerprint)
