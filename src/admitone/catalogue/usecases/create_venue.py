"""A new venue of an organization."""

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.drafts import VenueDraft
from admitone.catalogue.domain.records import Venue, build_venue, check_venue
from admitone.catalogue.store.venues import upsert_venues
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.ids import new_id


async def create_venue(deps: Deps, *, organization_id: str, draft: VenueDraft) -> Venue:
    """Return what was stored. Raises `InvalidBody`."""
    check_venue(draft)
    venue = build_venue(draft, venue_id=new_id("ven"), organization_id=organization_id, now=deps.now())
    async with deps.pool.connection() as conn, conn.transaction():
        await upsert_venues(conn, [venue])
        await deps.announce_named(conn, NamedChanged((venue.id,)))
    return venue
