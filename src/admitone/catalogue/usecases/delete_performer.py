"""Delete a performer without events."""

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.refusals import InUse, PerformerNotFound, check_version
from admitone.catalogue.store import performers as store
from admitone.catalogue.usecases.deps import Deps


async def delete_performer(deps: Deps, *, organization_id: str, performer_id: str, if_match: str | None = None) -> None:
    """Raises `PerformerNotFound`, `VersionMismatch`, or `InUse` while events refer to it."""
    async with deps.pool.connection() as conn, conn.transaction():
        performer = await store.lock_performer(conn, organization_id=organization_id, performer_id=performer_id)
        if performer is None:
            raise PerformerNotFound
        check_version(if_match, performer.revision)
        count = await store.count_events_of_performer(conn, organization_id=organization_id, performer_id=performer_id)
        if count:
            raise InUse(f"{count} events refer to this performer.", events=count)
        await store.delete_performer(conn, organization_id=organization_id, performer_id=performer_id)
        await deps.announce_named(conn, NamedChanged((performer_id,)))
