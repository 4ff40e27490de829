"""A new performer of an organization."""

from admitone.catalogue.contracts import NamedChanged
from admitone.catalogue.domain.drafts import PerformerDraft
from admitone.catalogue.domain.records import Performer, build_performer, check_performer
from admitone.catalogue.store.performers import upsert_performers
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.ids import new_id


async def create_performer(deps: Deps, *, organization_id: str, draft: PerformerDraft) -> Performer:
    """Return what was stored. Raises `InvalidBody`."""
    check_performer(draft)
    performer = build_performer(draft, performer_id=new_id("prf"), organization_id=organization_id, now=deps.now())
    async with deps.pool.connection() as conn, conn.transaction():
        await upsert_performers(conn, [performer])
        await deps.announce_named(conn, NamedChanged((performer.id,)))
    return performer
