"""Delete a venue without events."""

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.refusals import InUse, VenueNotFound, check_version
from admitone.catalogue.store import venues as store
from admitone.catalogue.usecases.deps import Deps


async def delete_venue(deps: Deps, *, organization_id: str, venue_id: str, if_match: str | None = None) -> None:
    """Raises `VenueNotFound`, `VersionMismatch`, or `InUse` while events refer to it."""
    async with deps.pool.connection() as conn, conn.transaction():
        venue = await store.lock_venue(conn, organization_id=organization_id, venue_id=venue_id)
        if venue is None:
            raise VenueNotFound
        check_version(if_match, venue.revision)
        count = await store.count_events_of_venue(conn, organization_id=organization_id, venue_id=venue_id)
        if count:
            raise InUse(f"{count} events refer to this venue.", events=count)
        await store.delete_venue(conn, organization_id=organization_id, venue_id=venue_id)
        await deps.announce_named(conn, NamedChanged((venue_id,)))
