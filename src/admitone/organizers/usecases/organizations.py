"""Organizations: create, find, list. An organization is a company, a venue, a promoter that puts events on sale."""

from admitone.kit.ids import new_id
from admitone.organizers.domain.api_key import Organization
from admitone.organizers.store import accounts as store
from admitone.organizers.usecases.deps import Deps


async def create_organization(deps: Deps, *, name: str) -> str:
    """Return the new organization's id."""
    organization_id = new_id("org")
    async with deps.pool.connection() as conn:
        await store.insert_organization(conn, organization_id=organization_id, name=name, now=deps.now())
    return organization_id


async def read_organization_name(deps: Deps, organization_id: str) -> str | None:
    """Return the name of an organization (`contracts.ReadOrganizationName`)."""
    async with deps.pool.connection() as conn:
        return await store.read_organization_name(conn, organization_id)


async def find_organization(deps: Deps, *, name: str) -> str | None:
    """Return the id of the oldest organization of this name, or None.

    Repeatable tools call it, so that they do not create a second one.
    """
    async with deps.pool.connection() as conn:
        return await store.find_organization(conn, name=name)


async def list_organizations(deps: Deps) -> list[Organization]:
    """Return every organization of the installation, by name, for its operator."""
    async with deps.pool.connection() as conn:
        return await store.list_organizations(conn, now=deps.now())
