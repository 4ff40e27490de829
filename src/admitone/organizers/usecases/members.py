"""Members of an organization: list, change the role, remove, leave. The last owner stays."""

from admitone.kit.postgres import Connection
from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.contracts import Permission, Role
from admitone.organizers.domain.member import Member
from admitone.organizers.store import one_time_links, people, sessions
from admitone.organizers.usecases.deps import Deps


class MemberNotFound(Refusal):
    code = "member-not-found"
    kind = Kind.NOT_FOUND


class LastOwner(Refusal):
    code = "last-owner"
    kind = Kind.CONFLICT


async def list_members(deps: Deps, *, organization_id: str) -> list[Member]:
    """Return the members, by name."""
    async with deps.pool.connection() as conn:
        return await people.list_members(conn, organization_id=organization_id)


async def change_role(deps: Deps, *, organization_id: str, person_id: str, role: Role) -> Role:
    """Give a member another role, at once, and return the role before. A member who may not invite any more loses the
    invitations that they made. Raises `MemberNotFound`, `LastOwner`."""
    async with deps.pool.connection() as conn, conn.transaction():
        before = await _lock_member(conn, organization_id, person_id, keeps_owner=role is Role.OWNER)
        await people.write_role(conn, organization_id=organization_id, person_id=person_id, role=role)
        if not role.covers(Permission.ADMINISTER):
            await one_time_links.revoke_invitations_of(
                conn, organization_id=organization_id, actor_id=person_id, now=deps.now()
            )
    return before


async def remove_member(deps: Deps, *, organization_id: str, person_id: str) -> Role:
    """Remove a member, end their sessions and invitations, and return the role before.

    Raises `MemberNotFound`, `LastOwner`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        before = await _lock_member(conn, organization_id, person_id, keeps_owner=False)
        await people.delete_membership(conn, organization_id=organization_id, person_id=person_id)
        await sessions.end_sessions_in_organization(
            conn, person_id=person_id, organization_id=organization_id, now=deps.now()
        )
        await one_time_links.revoke_invitations_of(
            conn, organization_id=organization_id, actor_id=person_id, now=deps.now()
        )
    return before


async def _lock_member(conn: Connection, organization_id: str, person_id: str, *, keeps_owner: bool) -> Role:
    """Return the member's role; no other change of members runs until the transaction ends."""
    await people.lock_organization(conn, organization_id=organization_id)
    found = await people.read_role(conn, organization_id=organization_id, person_id=person_id)
    if found is None:
        raise MemberNotFound("There is no such member.")
    role, owners = found
    if role is Role.OWNER and owners == 1 and not keeps_owner:
        raise LastOwner("An organization keeps at least one owner: make another member an owner first.")
    return role
