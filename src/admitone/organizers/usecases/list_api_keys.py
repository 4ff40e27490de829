"""The API keys of an organization: name, role, last use, and whether they still work."""

from admitone.organizers.domain.api_key import ApiKey
from admitone.organizers.store import accounts as store
from admitone.organizers.usecases.deps import Deps


async def list_api_keys(deps: Deps, *, organization_id: str) -> list[ApiKey]:
    """Return all of them, revoked and expired ones too, the newest first."""
    async with deps.pool.connection() as conn:
        return await store.list_api_keys(conn, organization_id=organization_id)
