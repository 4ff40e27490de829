"""One venue, for its organizer."""

from admitone.catalogue.domain.records import Venue
from admitone.catalogue.domain.refusals import VenueNotFound
from admitone.catalogue.store import venues as store
from admitone.catalogue.usecases.deps import Deps


async def read_venue(deps: Deps, *, organization_id: str, venue_id: str) -> Venue:
    """Raises `VenueNotFound`, for another organization's too."""
    async with deps.pool.connection() as conn:
        venue = await store.read_venue(conn, organization_id=organization_id, venue_id=venue_id)
    if venue is None:
        raise VenueNotFound
    return venue
