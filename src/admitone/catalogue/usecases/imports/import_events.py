"""Write one batch of imported events in one statement, and announce them in its transaction."""

import msgspec

from admitone.catalogue.domain.build_event import References, build_event
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.import_lines import (
    EventLine,
    Failure,
    Report,
    failure_of,
    fingerprint_of,
    status_of,
)
from admitone.catalogue.domain.life import refuse_breaking_change, refuse_selling_nothing
from admitone.catalogue.domain.refusals import HasSales
from admitone.catalogue.store.events import lock_events_by_external_id, lock_imports
from admitone.catalogue.store.references import find_references
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.event_changes.store_events import store_events
from admitone.kit.ids import new_id
from admitone.kit.refusal import InvalidBody


async def import_events(
    deps: Deps, *, organization_id: str, batch: list[tuple[int, EventLine]], report: Report
) -> None:
    """Store the batch's (line number, line) pairs, each id once, and count the results in `report`."""
    currencies = await deps.read_currencies(organization_id)
    async with deps.pool.connection() as conn, conn.transaction():
        await lock_imports(conn, organization_id=organization_id)
        lines = [line for _, line in batch]
        references = await find_references(conn, organization_id=organization_id, drafts=lines, by_external_id=True)
        clean_ids = [line.id for line in lines if "\0" not in line.id]
        stored = await lock_events_by_external_id(conn, organization_id=organization_id, external_ids=clean_ids)
        known = {stored_event.external_id: stored_event for stored_event in stored}
        changed: list[Event] = []
        unchanged = 0
        for number, line in batch:
            previous = known.get(line.id)
            try:
                event = _plan(deps, line, references, organization_id, currencies, previous)
                if event is None:
                    unchanged += 1
                    continue
                await _refuse_taking_away(deps, previous, event)
                refuse_selling_nothing(previous, event)
            except InvalidBody as faults:
                report.fail(failure_of(number, line.id, faults))
            except HasSales as refusal:
                report.fail(Failure(number, line.id, refusal.code, refusal.detail, ""))
            else:
                changed.append(event)
        if changed:
            await store_events(deps, conn, changed)
    updated = sum(event.revision > 1 for event in changed)
    report.count(written=len(changed), updated=updated, unchanged=unchanged)


def _plan(
    deps: Deps,
    line: EventLine,
    references: References,
    organization_id: str,
    currencies: tuple[str, ...],
    previous: Event | None,
) -> Event | None:
    """Return the event to store, or None if the last import of it was this very line. Raises `InvalidBody`."""
    fingerprint = fingerprint_of(line)
    if previous is not None and previous.fingerprint == fingerprint:
        return None
    event = build_event(
        line,
        references,
        event_id=previous.id if previous else new_id("evt"),
        organization_id=organization_id,
        now=deps.now(),
        hold_seconds_min=deps.hold_seconds_min,
        currencies=currencies,
        previous=previous,
    )
    published = line.publish if line.publish is not None else event.published
    return msgspec.structs.replace(
        event,
        external_id=line.id,
        fingerprint=fingerprint,
        published=published,
        status=status_of(line, published, previous.status if previous else None),
    )


async def _refuse_taking_away(deps: Deps, previous: Event | None, event: Event) -> None:
    """Raise `HasSales` if the line removes something that sold tickets refer to; check only lines that remove
    something."""
    if previous is None:
        return
    withdrawn = previous.published and not event.published
    try:
        refuse_breaking_change(previous, event)
        if not withdrawn:
            return
    except HasSales:
        if await deps.has_sales((event.id,)):
            raise
        return
    if await deps.has_sales((event.id,)):
        raise HasSales("Tickets of this event are sold: cancel it instead.")
