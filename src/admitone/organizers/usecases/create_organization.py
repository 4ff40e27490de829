"""A company, a venue, a promoter: whoever puts events on sale."""

from admitone.kit.ids import new_id
from admitone.organizers.store.accounts import insert_organization
from admitone.organizers.usecases.deps import Deps


async def create_organization(deps: Deps, *, name: str) -> str:
    """Return the new organization's id."""
    organization_id = new_id("org")
    async with deps.pool.connection() as conn:
        await insert_organization(conn, organization_id=organization_id, name=name, now=deps.now())
    return organization_id
