"""Every organization of the installation, for its operator."""

from admitone.organizers.domain.api_key import Organization
from admitone.organizers.store import accounts as store
from admitone.organizers.usecases.deps import Deps


async def list_organizations(deps: Deps) -> list[Organization]:
    """Return them by name."""
    async with deps.pool.connection() as conn:
        return await store.list_organizations(conn, now=deps.now())
