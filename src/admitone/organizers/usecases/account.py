"""The caller's own account: who they are, their sessions, their password, the organization they work in."""

from msgspec import Struct

from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.organizers.contracts import ActorKind, Identity, Origin
from admitone.organizers.domain.console_session import ConsoleSession
from admitone.organizers.domain.member import MemberOf, check_new_password
from admitone.organizers.store import accounts, one_time_links, people, sessions
from admitone.organizers.usecases.credentials.password_hashes import hash_password
from admitone.organizers.usecases.credentials.start_session import record_sign_in
from admitone.organizers.usecases.deps import Deps


class PersonNeeded(Refusal):
    """An API key asks for what only a person has."""

    code = "person-needed"
    kind = Kind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("Only a person who is signed in to the console has this; an API key has not.")


class SessionNotFound(Refusal):
    code = "session-not-found"
    kind = Kind.NOT_FOUND


class Caller(Struct, frozen=True):
    """Who asks, for which organization, and the other organizations of a person."""

    identity: Identity
    organization_name: str
    organizations: list[MemberOf]
    email: str | None


async def describe_caller(deps: Deps, identity: Identity) -> Caller:
    """Return the caller's own account."""
    async with deps.pool.connection() as conn:
        name = await accounts.read_organization_name(conn, identity.organization_id)
        assert name is not None, "an identity belongs to an organization that exists"
        if identity.actor_kind is not ActorKind.PERSON:
            own = MemberOf(identity.organization_id, name, identity.role)
            return Caller(identity, name, [own], None)
        organizations = await people.list_organizations_of_person(conn, person_id=identity.actor_id)
        person = await people.read_person(conn, person_id=identity.actor_id)
    return Caller(identity, name, organizations, person.email if person else None)


async def read_address(deps: Deps, identity: Identity) -> str | None:
    """Return the caller's own address; None for a key, and for a person without one (`contracts.ReadAddress`)."""
    if identity.actor_kind is not ActorKind.PERSON:
        return None
    async with deps.pool.connection() as conn:
        person = await people.read_person(conn, person_id=identity.actor_id)
    return person.email if person else None


async def list_sessions(deps: Deps, identity: Identity) -> list[ConsoleSession]:
    """Return the caller's running sessions, the last used first. Raises `PersonNeeded`."""
    session_of(identity)
    async with deps.pool.connection() as conn:
        return await sessions.list_sessions(conn, person_id=identity.actor_id, now=deps.now())


async def end_session(deps: Deps, identity: Identity, session_id: str | None = None) -> None:
    """End a session of the caller, by default the one that they speak in (`contracts.EndSession`).

    Raises `PersonNeeded`, `SessionNotFound`.
    """
    own = session_of(identity)
    async with deps.pool.connection() as conn:
        ended = await sessions.end_session(
            conn, person_id=identity.actor_id, session_id=session_id or own, now=deps.now()
        )
    if not ended:
        raise SessionNotFound("There is no such session, or it has ended.")


async def change_password(deps: Deps, identity: Identity, password: str) -> None:
    """Set a new password and end the caller's other sessions. Raises `PersonNeeded`, `InvalidBody`."""
    own = session_of(identity)
    async with deps.pool.connection() as conn:
        person = await people.read_person(conn, person_id=identity.actor_id)
    assert person is not None, "people are never removed"
    if person.email is None:
        raise InvalidBody([("", "An account without an address has no password.")])
    check_new_password(password, person)
    password_hash = await hash_password(password)
    async with deps.pool.connection() as conn, conn.transaction():
        await people.write_password(conn, person_id=person.id, password_hash=password_hash)
        await one_time_links.revoke_access_links(conn, person_id=person.id, now=deps.now())
        await sessions.end_other_sessions(conn, person_id=person.id, keep_id=own, now=deps.now())


async def switch_organization(deps: Deps, identity: Identity, organization_id: str, origin: Origin) -> None:
    """Go on in another organization of the person, whose audit trail says that they entered it.

    Raises `PersonNeeded`, `InvalidBody`.
    """
    own = session_of(identity)
    async with deps.pool.connection() as conn, conn.transaction():
        moved = await sessions.move_session(
            conn, person_id=identity.actor_id, session_id=own, organization_id=organization_id
        )
        if not moved:
            raise InvalidBody([("/organization_id", "You are no member of this organization.")])
        if organization_id != identity.organization_id:
            person = await people.read_person(conn, person_id=identity.actor_id)
            assert person is not None, "people are never removed"
            await record_sign_in(
                conn,
                person=person,
                organization_id=organization_id,
                origin=origin,
                action="enterOrganization",
                now=deps.now(),
            )


def session_of(identity: Identity) -> str:
    """Return the id of the caller's session. Raises `PersonNeeded` for an API key."""
    if identity.session_id is None:
        raise PersonNeeded
    return identity.session_id
