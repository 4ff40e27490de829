"""Performers of an organization: create, read, list, change, delete."""

from collections.abc import Callable

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.drafts import PerformerDraft
from admitone.catalogue.domain.records import Performer, build_performer, check_performer, performer_draft_of
from admitone.catalogue.domain.refusals import InUse, PerformerNotFound
from admitone.catalogue.store import performers as store
from admitone.catalogue.store.events import lock_events_of_performer
from admitone.catalogue.store.references import find_pictures
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.event_changes.refresh_events import refresh_events
from admitone.kit.ids import new_id
from admitone.kit.revisions import Revisions, check_version


async def create_performer(deps: Deps, *, organization_id: str, draft: PerformerDraft) -> Performer:
    """Return the performer that was stored. Raises `InvalidBody`."""
    async with deps.pool.connection() as conn, conn.transaction():
        pictures = await find_pictures(conn, organization_id=organization_id, image_urls=[draft.image_url])
        check_performer(draft, pictures)
        performer = build_performer(draft, performer_id=new_id("prf"), organization_id=organization_id, now=deps.now())
        await store.upsert_performers(conn, [performer])
        await deps.announce_named(conn, NamedChanged((performer.id,)))
    return performer


async def read_performer(deps: Deps, *, organization_id: str, performer_id: str) -> Performer:
    """Raises `PerformerNotFound`, also for a performer of another organization."""
    async with deps.pool.connection() as conn:
        performer = await store.read_performer(conn, organization_id=organization_id, performer_id=performer_id)
    if performer is None:
        raise PerformerNotFound
    return performer


async def list_performers(
    deps: Deps, *, organization_id: str, q: str, page: int, size: int
) -> tuple[list[Performer], int]:
    """Return the page's performers whose names hold every word of `q`, by name, and the number on all pages."""
    async with deps.pool.connection() as conn:
        return await store.list_performers(conn, organization_id=organization_id, q=q, page=page, size=size)


async def change_performer(
    deps: Deps,
    *,
    organization_id: str,
    performer_id: str,
    edit: Callable[[PerformerDraft], PerformerDraft],
    expected: Revisions | None = None,
) -> Performer:
    """Store the draft that `edit` returns for the current one, and announce the performer's published events again.

    Raises `PerformerNotFound`, `VersionMismatch`, `InvalidBody`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        previous = await store.lock_performer(conn, organization_id=organization_id, performer_id=performer_id)
        if previous is None:
            raise PerformerNotFound
        check_version(expected, previous.revision)
        draft = edit(performer_draft_of(previous))
        pictures = await find_pictures(conn, organization_id=organization_id, image_urls=[draft.image_url])
        check_performer(draft, pictures)
        performer = build_performer(
            draft, performer_id=performer_id, organization_id=organization_id, now=deps.now(), previous=previous
        )
        await store.upsert_performers(conn, [performer])
        await deps.announce_named(conn, NamedChanged((performer_id,)))
        events = await lock_events_of_performer(conn, organization_id=organization_id, performer_id=performer_id)
        await refresh_events(deps, conn, events)
    return performer


async def delete_performer(
    deps: Deps, *, organization_id: str, performer_id: str, expected: Revisions | None = None
) -> Performer:
    """Return the deleted performer.

    Raises `PerformerNotFound`, `VersionMismatch`, or `InUse` while events refer to the performer.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        performer = await store.lock_performer(conn, organization_id=organization_id, performer_id=performer_id)
        if performer is None:
            raise PerformerNotFound
        check_version(expected, performer.revision)
        count = await store.count_events_of_performer(conn, organization_id=organization_id, performer_id=performer_id)
        if count:
            raise InUse(f"{count} events refer to this performer.", events=count)
        await store.delete_performer(conn, organization_id=organization_id, performer_id=performer_id)
        await deps.announce_named(conn, NamedChanged((performer_id,)))
    return performer
