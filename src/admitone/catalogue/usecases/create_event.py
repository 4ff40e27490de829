"""A new event of an organization, a draft that nobody else sees."""

from admitone.catalogue.domain.build_event import build_event
from admitone.catalogue.domain.drafts import EventDraft
from admitone.catalogue.domain.event import Event
from admitone.catalogue.store.references import find_references
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.store_events import store_events
from admitone.kit.ids import new_id


async def create_event(deps: Deps, *, organization_id: str, draft: EventDraft) -> Event:
    """Return what was stored. Raises `InvalidBody` with every fault."""
    async with deps.pool.connection() as conn, conn.transaction():
        references = await find_references(conn, organization_id=organization_id, drafts=[draft])
        event = build_event(
            draft,
            references,
            event_id=new_id("evt"),
            organization_id=organization_id,
            now=deps.now(),
            hold_seconds_min=deps.hold_seconds_min,
        )
        await store_events(deps, conn, [event])
    return event
