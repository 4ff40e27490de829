"""Change an event's status: lock, change, write and announce in one transaction."""

from collections.abc import Callable

import msgspec

from admitone.catalogue.contracts import NOT_IN_ORGANIZATION, EventNotFound
from admitone.catalogue.contracts.seat_terms import InSameTransaction
from admitone.catalogue.domain.event import Event
from admitone.catalogue.store.events import lock_event
from admitone.catalogue.usecases.deps import Deps, Watch, unwatched
from admitone.catalogue.usecases.event_changes.store_events import store_events
from admitone.kit.revisions import Revisions, check_version


async def move_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    step: Callable[[Event], Event],
    expected: Revisions | None = None,
    also: InSameTransaction | None = None,
    watch: Watch[Event] = unwatched,
) -> Event:
    """Store the event that `step` returns; write nothing if it is unchanged. `also` is called in either case.

    `watch` gets the event that is changed, as it was. Raises `EventNotFound`, `VersionMismatch` and the refusals of
    `step`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        previous = await lock_event(conn, organization_id=organization_id, event_id=event_id)
        if previous is None:
            raise EventNotFound(event_id, NOT_IN_ORGANIZATION)
        check_version(expected, previous.revision)
        event = step(previous)
        if event != previous:
            watch(previous)
            event = msgspec.structs.replace(event, revision=previous.revision + 1, updated_at=deps.now())
            await store_events(deps, conn, [event], previous=previous)
        if also is not None:
            await also(conn)
    return event
