"""People: what the caller may know of themselves, and the end of their session."""

from msgspec import Struct

from admitone.organizers.contracts import ActorKind, Identity
from admitone.organizers.domain.member import MemberOf
from admitone.organizers.store import accounts, people, sessions
from admitone.organizers.usecases.deps import Deps


class Caller(Struct, frozen=True):
    """Who asks, for which organization, and the other organizations of a person."""

    identity: Identity
    organization_name: str
    organizations: list[MemberOf]


async def describe_caller(deps: Deps, identity: Identity) -> Caller:
    """Return what the caller may know of themselves."""
    async with deps.pool.connection() as conn:
        name = await accounts.read_organization_name(conn, identity.organization_id)
        assert name is not None, "an identity belongs to an organization that exists"
        if identity.actor_kind is ActorKind.PERSON:
            organizations = await people.list_organizations_of_person(conn, person_id=identity.actor_id)
        else:
            organizations = [MemberOf(identity.organization_id, name, identity.role)]
    return Caller(identity, name, organizations)


async def end_session(deps: Deps, identity: Identity) -> None:
    """Sign a person out (`contracts.EndSession`); no-op for a session that has ended."""
    assert identity.session_id is not None, "a key has no session"
    async with deps.pool.connection() as conn:
        await sessions.end_session(conn, person_id=identity.actor_id, session_id=identity.session_id, now=deps.now())
