"""An organization by its name: for tools that run again and must not make a second one."""

from admitone.organizers.store import accounts as store
from admitone.organizers.usecases.deps import Deps


async def find_organization(deps: Deps, *, name: str) -> str | None:
    """Return the id of the oldest organization of this name, or None."""
    async with deps.pool.connection() as conn:
        return await store.find_organization(conn, name=name)
