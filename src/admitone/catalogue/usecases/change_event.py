"""Whatever an organizer changes of an event, within what buyers already hold tickets for."""

from collections.abc import Callable

from admitone.catalogue.domain.build_event import build_event
from admitone.catalogue.domain.drafts import EventDraft
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.event_draft import event_draft_of
from admitone.catalogue.domain.life import refuse_breaking_change, refuse_selling_nothing
from admitone.catalogue.domain.refusals import EventNotFound, check_version
from admitone.catalogue.store.events import lock_event
from admitone.catalogue.store.references import find_references
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.store_events import store_events


async def change_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    edit: Callable[[EventDraft], EventDraft],
    if_match: str | None = None,
) -> Event:
    """Store what `edit` makes of the current draft.

    Raises `EventNotFound`, `VersionMismatch`, `InvalidBody`, or `HasSales` where tickets are sold and the seat
    map, the currency or an area would go.
    """
    # Asked before a connection is held; a first sale in between is refused by booking, which follows in the
    # same transaction.
    sold = await deps.has_sales((event_id,))
    async with deps.pool.connection() as conn, conn.transaction():
        previous = await lock_event(conn, organization_id=organization_id, event_id=event_id)
        if previous is None:
            raise EventNotFound
        check_version(if_match, previous.revision)
        draft = edit(event_draft_of(previous))
        references = await find_references(conn, organization_id=organization_id, drafts=[draft])
        event = build_event(
            draft,
            references,
            event_id=event_id,
            organization_id=organization_id,
            now=deps.now(),
            hold_seconds_min=deps.hold_seconds_min,
            previous=previous,
        )
        if sold:
            refuse_breaking_change(previous, event)
        refuse_selling_nothing(previous, event)
        await store_events(deps, conn, [event], previous=previous)
    return event
