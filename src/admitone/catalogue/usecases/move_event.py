"""One step of an event's life: locked, changed, written and announced in one transaction."""

from collections.abc import Callable

import msgspec

from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.refusals import EventNotFound, check_version
from admitone.catalogue.store.events import lock_event
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.store_events import store_events


async def move_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    step: Callable[[Event], Event],
    if_match: str | None = None,
) -> Event:
    """Store what `step` makes of the event; nothing is written where it makes no difference.

    Raises `EventNotFound`, `VersionMismatch` and whatever `step` refuses.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        previous = await lock_event(conn, organization_id=organization_id, event_id=event_id)
        if previous is None:
            raise EventNotFound
        check_version(if_match, previous.revision)
        event = step(previous)
        if event == previous:
            return previous
        event = msgspec.structs.replace(event, revision=previous.revision + 1, updated_at=deps.now())
        await store_events(deps, conn, [event], previous=previous)
    return event
