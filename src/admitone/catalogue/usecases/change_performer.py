"""Another name, another picture: whatever an organizer changes of a performer."""

from collections.abc import Callable

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.drafts import PerformerDraft
from admitone.catalogue.domain.records import Performer, build_performer, check_performer, performer_draft_of
from admitone.catalogue.domain.refusals import PerformerNotFound, check_version
from admitone.catalogue.store import performers as store
from admitone.catalogue.store.events import lock_events_of_performer
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.refresh_events import refresh_events


async def change_performer(
    deps: Deps,
    *,
    organization_id: str,
    performer_id: str,
    edit: Callable[[PerformerDraft], PerformerDraft],
    if_match: str | None = None,
) -> Performer:
    """Store what `edit` makes of the current draft; its published events are announced again.

    Raises `PerformerNotFound`, `VersionMismatch`, `InvalidBody`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        previous = await store.lock_performer(conn, organization_id=organization_id, performer_id=performer_id)
        if previous is None:
            raise PerformerNotFound
        check_version(if_match, previous.revision)
        draft = edit(performer_draft_of(previous))
        check_performer(draft)
        performer = build_performer(
            draft,
            performer_id=performer_id,
            organization_id=organization_id,
            now=deps.now(),
            previous=previous,
        )
        await store.upsert_performers(conn, [performer])
        await deps.announce_named(conn, NamedChanged((performer_id,)))
        events = await lock_events_of_performer(conn, organization_id=organization_id, performer_id=performer_id)
        await refresh_events(deps, conn, events)
    return performer
