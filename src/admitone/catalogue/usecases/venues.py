"""Venues of an organization: create, read, list, change, delete."""

from collections.abc import Callable

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.drafts import VenueDraft
from admitone.catalogue.domain.records import Venue, build_venue, check_venue, venue_draft_of
from admitone.catalogue.domain.refusals import InUse, VenueNotFound
from admitone.catalogue.store import venues as store
from admitone.catalogue.store.events import lock_events_of_venue
from admitone.catalogue.store.references import find_pictures
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.event_changes.refresh_events import refresh_events
from admitone.kit.ids import new_id
from admitone.kit.revisions import Revisions, check_version


async def create_venue(deps: Deps, *, organization_id: str, draft: VenueDraft) -> Venue:
    """Return the venue that was stored. Raises `InvalidBody`."""
    async with deps.pool.connection() as conn, conn.transaction():
        pictures = await find_pictures(conn, organization_id=organization_id, image_urls=[draft.image_url])
        check_venue(draft, pictures)
        venue = build_venue(draft, venue_id=new_id("ven"), organization_id=organization_id, now=deps.now())
        await store.upsert_venues(conn, [venue])
        await deps.announce_named(conn, NamedChanged((venue.id,)))
    return venue


async def read_venue(deps: Deps, *, organization_id: str, venue_id: str) -> Venue:
    """Raises `VenueNotFound`, also for a venue of another organization."""
    async with deps.pool.connection() as conn:
        venue = await store.read_venue(conn, organization_id=organization_id, venue_id=venue_id)
    if venue is None:
        raise VenueNotFound
    return venue


async def list_venues(deps: Deps, *, organization_id: str, q: str, page: int, size: int) -> tuple[list[Venue], int]:
    """Return the page's venues whose names hold every word of `q`, by name, and the number on all pages."""
    async with deps.pool.connection() as conn:
        return await store.list_venues(conn, organization_id=organization_id, q=q, page=page, size=size)


async def change_venue(
    deps: Deps,
    *,
    organization_id: str,
    venue_id: str,
    edit: Callable[[VenueDraft], VenueDraft],
    expected: Revisions | None = None,
) -> Venue:
    """Store the draft that `edit` returns for the current one, and announce the venue's published events again.

    Raises `VenueNotFound`, `VersionMismatch`, `InvalidBody`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        previous = await store.lock_venue(conn, organization_id=organization_id, venue_id=venue_id)
        if previous is None:
            raise VenueNotFound
        check_version(expected, previous.revision)
        draft = edit(venue_draft_of(previous))
        pictures = await find_pictures(conn, organization_id=organization_id, image_urls=[draft.image_url])
        check_venue(draft, pictures)
        venue = build_venue(
            draft, venue_id=venue_id, organization_id=organization_id, now=deps.now(), previous=previous
        )
        await store.upsert_venues(conn, [venue])
        await deps.announce_named(conn, NamedChanged((venue_id,)))
        events = await lock_events_of_venue(conn, organization_id=organization_id, venue_id=venue_id)
        await refresh_events(deps, conn, events, timezone=venue.timezone)
    return venue


async def delete_venue(deps: Deps, *, organization_id: str, venue_id: str, expected: Revisions | None = None) -> Venue:
    """Return the deleted venue. Raises `VenueNotFound`, `VersionMismatch`, or `InUse` while events refer to it."""
    async with deps.pool.connection() as conn, conn.transaction():
        venue = await store.lock_venue(conn, organization_id=organization_id, venue_id=venue_id)
        if venue is None:
            raise VenueNotFound
        check_version(expected, venue.revision)
        count = await store.count_events_of_venue(conn, organization_id=organization_id, venue_id=venue_id)
        if count:
            raise InUse(f"{count} events refer to this venue.", events=count)
        await store.delete_venue(conn, organization_id=organization_id, venue_id=venue_id)
        await deps.announce_named(conn, NamedChanged((venue_id,)))
    return venue
