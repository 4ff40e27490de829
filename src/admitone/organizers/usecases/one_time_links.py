"""Links that work once: the first owner of an organization, an invitation, access that was lost, the demo."""

import os

from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.organizers.contracts import (
    Identity,
    LinkPurpose,
    Newcomer,
    OneTimeLink,
    Origin,
    Role,
    StartedSession,
)
from admitone.organizers.domain.api_key import RANDOM_BYTES
from admitone.organizers.domain.console_session import encode_link_token, hash_token, is_link_token, link_end
from admitone.organizers.domain.member import Person, check_new_password, check_newcomer
from admitone.organizers.domain.number_limits import Limited
from admitone.organizers.store import one_time_links as store
from admitone.organizers.store import passkeys, people, second_factors, sessions
from admitone.organizers.store.operators import grant_operator
from admitone.organizers.usecases.api_keys import OrganizationNotFound
from admitone.organizers.usecases.credentials.check_number import check_organization_number
from admitone.organizers.usecases.credentials.password_hashes import hash_password
from admitone.organizers.usecases.credentials.start_session import record_sign_in, start_session
from admitone.organizers.usecases.deps import Deps


class LinkExpired(Refusal):
    """The link is unknown, was used before, was revoked, or is too old: which of these is not told."""

    code = "link-expired"
    kind = Kind.GONE

    def __init__(self) -> None:
        super().__init__("This link was used before, or is too old.")


async def create_link(
    deps: Deps,
    *,
    organization_id: str,
    purpose: LinkPurpose,
    role: Role = Role.OWNER,
    person_id: str | None = None,
    email: str | None = None,
    created_by: str | None = None,
) -> tuple[str, str]:
    """Return (id, token) of a new link; the token cannot be shown again.

    Raises `OrganizationNotFound`, and `LimitReached` for an invitation.
    """
    link_id, token, now = new_id("lnk"), encode_link_token(os.urandom(RANDOM_BYTES)), deps.now()
    async with deps.pool.connection() as conn, conn.transaction():
        if purpose is LinkPurpose.INVITATION:
            await check_organization_number(conn, Limited.INVITATIONS, organization_id=organization_id, now=now)
        known = await store.insert_link(
            conn,
            link_id=link_id,
            token_hash=hash_token(token),
            purpose=purpose,
            organization_id=organization_id,
            role=role,
            person_id=person_id,
            email=email,
            created_by=created_by,
            now=now,
            expires_at=link_end(now),
        )
    if not known:
        raise OrganizationNotFound("There is no such organization.")
    return link_id, token


async def create_access_link(deps: Deps, *, email: str) -> tuple[str, str] | None:
    """Return (organization, token of a link by which a person sets a new password); None for no member's address."""
    async with deps.pool.connection() as conn:
        person = await people.find_person_by_email(conn, email=email.strip())
        place = None if person is None else await sessions.find_last_organization(conn, person_id=person.id)
    if person is None or place is None:
        return None
    organization_id, role = place
    _, token = await create_link(
        deps, organization_id=organization_id, purpose=LinkPurpose.ACCESS, role=role, person_id=person.id
    )
    return organization_id, token


async def create_demo_link(deps: Deps, *, organization_id: str) -> str:
    """Return the token of a link that signs the demo's owner in at once; create this person if missing.

    They operate the installation as well: it is their own machine.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        person_id = await people.find_member(conn, organization_id=organization_id, role=Role.OWNER)
        if person_id is None:
            person = Person(new_id("prs"), "Demo owner", None, None)
            person_id = await _insert_member(conn, deps, person, organization_id, Role.OWNER)
        await grant_operator(conn, person_id=person_id, now=deps.now())
    _, token = await create_link(deps, organization_id=organization_id, purpose=LinkPurpose.OPEN, person_id=person_id)
    return token


async def read_link(deps: Deps, token: str) -> OneTimeLink:
    """Return the link (`contracts.ReadLink`). Raises `LinkExpired`."""
    link = None
    if is_link_token(token):
        async with deps.pool.connection() as conn:
            link = await store.read_link(conn, token_hash=hash_token(token), now=deps.now())
    if link is None:
        raise LinkExpired
    return link


async def use_link(deps: Deps, token: str, newcomer: Newcomer | None, origin: Origin) -> StartedSession:
    """Use the link up and return a new session (`contracts.UseLink`).

    A link without a person needs a `newcomer`; one of lost access needs the new password in it. Raises `LinkExpired`,
    `LimitReached`, and `InvalidBody` for a fault of the newcomer or an address that has an account.
    """
    link = await read_link(deps, token)
    newcomer = newcomer or Newcomer("", "", "")
    if link.person_id is None:
        newcomer = check_newcomer(newcomer)
    else:
        known = await _read_person(deps, link.person_id)
        if link.purpose is LinkPurpose.ACCESS:
            check_new_password(newcomer.password, known)
    gives_password = link.purpose is not LinkPurpose.OPEN
    password_hash = await hash_password(newcomer.password) if gives_password else None
    async with deps.pool.connection() as conn, conn.transaction():
        if link.purpose is LinkPurpose.INVITATION:  # the operator's link makes an owner in any case
            # Before the link: `change_role` and `remove_member` lock in this order as well.
            await check_organization_number(conn, Limited.MEMBERS, organization_id=link.organization_id, now=deps.now())
        if not await store.use_link(conn, token_hash=hash_token(token), now=deps.now()):
            raise LinkExpired
        if link.person_id is None:
            person = Person(new_id("prs"), newcomer.name, newcomer.email, password_hash)
            await _insert_member(conn, deps, person, link.organization_id, link.role)
        else:
            person = known
            if password_hash is not None:
                await people.write_password(conn, person_id=person.id, password_hash=password_hash)
                # The phone may be lost with the password.
                await second_factors.end_second_factor(conn, person_id=person.id)
                await passkeys.delete_passkeys(conn, person_id=person.id)
                await store.revoke_access_links(conn, person_id=person.id, now=deps.now())
                await sessions.end_other_sessions(conn, person_id=person.id, keep_id="", now=deps.now())
        return await start_session(
            conn,
            person=person,
            organization_id=link.organization_id,
            origin=origin,
            action="signInByLink",
            now=deps.now(),
        )


async def join_by_link(deps: Deps, token: str, identity: Identity, origin: Origin) -> None:
    """Make a person who has an account a member, by an invitation (`contracts.JoinByLink`).

    Raises `LinkExpired`, `LimitReached`.
    """
    link = await read_link(deps, token)
    if link.purpose is not LinkPurpose.INVITATION or identity.session_id is None:
        raise LinkExpired
    person, now = await _read_person(deps, identity.actor_id), deps.now()
    async with deps.pool.connection() as conn, conn.transaction():
        organization_id = link.organization_id
        if await people.read_role(conn, organization_id=organization_id, person_id=person.id) is None:
            await check_organization_number(conn, Limited.MEMBERS, organization_id=organization_id, now=now)
        if not await store.use_link(conn, token_hash=hash_token(token), now=now):
            raise LinkExpired
        # A person who is a member keeps their role: an invitation neither raises nor lowers it.
        await people.insert_membership(
            conn, organization_id=organization_id, person_id=person.id, role=link.role, now=now
        )
        await sessions.move_session(
            conn, person_id=person.id, session_id=identity.session_id, organization_id=organization_id
        )
        await record_sign_in(
            conn, person=person, organization_id=organization_id, origin=origin, action="joinByLink", now=now
        )


async def _read_person(deps: Deps, person_id: str) -> Person:
    async with deps.pool.connection() as conn:
        person = await people.read_person(conn, person_id=person_id)
    assert person is not None, "people are never removed"
    return person


async def _insert_member(conn: Connection, deps: Deps, person: Person, organization_id: str, role: Role) -> str:
    now = deps.now()
    if not await people.insert_person(conn, person=person, now=now):
        raise InvalidBody([("/email", "A person with this address has an account already: sign in with it first.")])
    await people.insert_membership(conn, organization_id=organization_id, person_id=person.id, role=role, now=now)
    return person.id
