"""One performer, for its organizer."""

from admitone.catalogue.domain.records import Performer
from admitone.catalogue.domain.refusals import PerformerNotFound
from admitone.catalogue.store import performers as store
from admitone.catalogue.usecases.deps import Deps


async def read_performer(deps: Deps, *, organization_id: str, performer_id: str) -> Performer:
    """Raises `PerformerNotFound`, for another organization's too."""
    async with deps.pool.connection() as conn:
        performer = await store.read_performer(conn, organization_id=organization_id, performer_id=performer_id)
    if performer is None:
        raise PerformerNotFound
    return performer
