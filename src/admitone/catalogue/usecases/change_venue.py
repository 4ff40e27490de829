"""Another name, another address: whatever an organizer changes of a venue."""

from collections.abc import Callable

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.drafts import VenueDraft
from admitone.catalogue.domain.records import Venue, build_venue, check_venue, venue_draft_of
from admitone.catalogue.domain.refusals import VenueNotFound, check_version
from admitone.catalogue.store import venues as store
from admitone.catalogue.store.events import lock_events_of_venue
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.refresh_events import refresh_events


async def change_venue(
    deps: Deps,
    *,
    organization_id: str,
    venue_id: str,
    edit: Callable[[VenueDraft], VenueDraft],
    if_match: str | None = None,
) -> Venue:
    """Store what `edit` makes of the current draft; its published events are announced again.

    Raises `VenueNotFound`, `VersionMismatch`, `InvalidBody`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        previous = await store.lock_venue(conn, organization_id=organization_id, venue_id=venue_id)
        if previous is None:
            raise VenueNotFound
        check_version(if_match, previous.revision)
        draft = edit(venue_draft_of(previous))
        check_venue(draft)
        venue = build_venue(
            draft,
            venue_id=venue_id,
            organization_id=organization_id,
            now=deps.now(),
            previous=previous,
        )
        await store.upsert_venues(conn, [venue])
        await deps.announce_named(conn, NamedChanged((venue_id,)))
        events = await lock_events_of_venue(conn, organization_id=organization_id, venue_id=venue_id)
        await refresh_events(deps, conn, events, timezone=venue.timezone)
    return venue
