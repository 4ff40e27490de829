"""Operators: the people who may see and repair the installation. Only commands on a server grant and revoke it."""

from msgspec import Struct

from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.domain.member import Operator
from admitone.organizers.store import operators as store
from admitone.organizers.store import people, sessions
from admitone.organizers.usecases.audit_trail import record_command
from admitone.organizers.usecases.deps import Deps


class MemberNotFound(Refusal):
    code = "member-not-found"
    kind = Kind.NOT_FOUND


class Changed(Struct, frozen=True):
    """`is_new`: False where nothing changed."""

    name: str
    is_new: bool


async def grant_operator(deps: Deps, *, email: str, user: str) -> Changed:
    """Let a member of an organization operate the installation. `user`: of the command, for the audit trail.

    Raises `MemberNotFound`.
    """
    return await _change(deps, email=email, user=user, grants=True)


async def revoke_operator(deps: Deps, *, email: str, user: str) -> Changed:
    """Take the right away; the next request of the person is refused. Raises `MemberNotFound`."""
    return await _change(deps, email=email, user=user, grants=False)


async def list_operators(deps: Deps) -> list[Operator]:
    """Return the operators, the first granted first."""
    async with deps.pool.connection() as conn:
        return await store.list_operators(conn)


async def _change(deps: Deps, *, email: str, user: str, grants: bool) -> Changed:
    async with deps.pool.connection() as conn, conn.transaction():
        person = await people.find_person_by_email(conn, email=email.strip())
        place = None if person is None else await sessions.find_last_organization(conn, person_id=person.id)
        if person is None or place is None:
            raise MemberNotFound(f"No member of an organization has the address {email!r}.")
        if grants:
            is_new = await store.grant_operator(conn, person_id=person.id, now=deps.now())
        else:
            is_new = await store.revoke_operator(conn, person_id=person.id)
        if is_new:  # recorded before the change is committed: there is no change without its entry
            action, subject = "grantOperator" if grants else "revokeOperator", f"people/{person.id}"
            await record_command(deps, organization_id=place[0], user=user, action=action, subject=subject)
    return Changed(person.name, is_new)
