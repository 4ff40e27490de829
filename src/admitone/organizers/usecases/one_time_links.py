"""Links that work once: the first owner of an organization, an invitation, access that was lost, the demo."""

import os
from datetime import timedelta

from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.organizers.contracts import LinkPurpose, Newcomer, OneTimeLink, Origin, Role, StartedSession
from admitone.organizers.domain.api_key import RANDOM_BYTES
from admitone.organizers.domain.console_session import (
    LINK_LIFETIME,
    encode_link_token,
    encode_session_token,
    hash_token,
    is_link_token,
    session_end,
)
from admitone.organizers.domain.member import check_newcomer
from admitone.organizers.store import one_time_links as store
from admitone.organizers.store import people, sessions
from admitone.organizers.usecases.api_keys import OrganizationNotFound
from admitone.organizers.usecases.deps import Deps


class LinkExpired(Refusal):
    """The link is unknown, was used before, was revoked, or is too old: which of these is not told."""

    code = "link-expired"
    kind = Kind.GONE


async def create_link(
    deps: Deps,
    *,
    organization_id: str,
    purpose: LinkPurpose,
    role: Role = Role.OWNER,
    person_id: str | None = None,
    lifetime: timedelta = LINK_LIFETIME,
) -> str:
    """Return the token of a new link; it cannot be shown again. Raises `OrganizationNotFound`."""
    token, now = encode_link_token(os.urandom(RANDOM_BYTES)), deps.now()
    async with deps.pool.connection() as conn:
        known = await store.insert_link(
            conn,
            link_id=new_id("lnk"),
            token_hash=hash_token(token),
            purpose=purpose,
            organization_id=organization_id,
            role=role,
            person_id=person_id,
            email=None,
            created_by=None,
            now=now,
            expires_at=now + lifetime,
        )
    if not known:
        raise OrganizationNotFound("There is no such organization.")
    return token


async def create_demo_link(deps: Deps, *, organization_id: str) -> str:
    """Return the token of a link that signs the demo's owner in at once; create this person if missing."""
    async with deps.pool.connection() as conn, conn.transaction():
        person_id = await people.find_member(conn, organization_id=organization_id, role=Role.OWNER)
        if person_id is None:
            person_id = await _insert_member(conn, deps, Newcomer("Demo owner", ""), organization_id, Role.OWNER)
    return await create_link(deps, organization_id=organization_id, purpose=LinkPurpose.OPEN, person_id=person_id)


async def read_link(deps: Deps, token: str) -> OneTimeLink:
    """Return the link (`contracts.ReadLink`). Raises `LinkExpired`."""
    link = None
    if is_link_token(token):
        async with deps.pool.connection() as conn:
            link = await store.read_link(conn, token_hash=hash_token(token), now=deps.now())
    if link is None:
        raise LinkExpired("This link was used before, or is too old.")
    return link


async def use_link(deps: Deps, token: str, newcomer: Newcomer | None, origin: Origin) -> StartedSession:
    """Use the link up and return a new session (`contracts.UseLink`).

    A link without a person needs a `newcomer`. Raises `LinkExpired`, and `InvalidBody` for a fault of the newcomer or
    an address that has an account.
    """
    link, now = await read_link(deps, token), deps.now()
    newcomer = None if link.person_id is not None else check_newcomer(newcomer or Newcomer("", ""))
    session = encode_session_token(os.urandom(RANDOM_BYTES))
    async with deps.pool.connection() as conn, conn.transaction():
        if not await store.use_link(conn, token_hash=hash_token(token), now=now):
            raise LinkExpired("This link was used before, or is too old.")
        person_id = link.person_id or ""
        if newcomer is not None:
            person_id = await _insert_member(conn, deps, newcomer, link.organization_id, link.role)
        await sessions.insert_session(
            conn,
            session_id=new_id("ses"),
            person_id=person_id,
            organization_id=link.organization_id,
            token_hash=hash_token(session),
            now=now,
            origin=origin,
        )
    return StartedSession(session, session_end(now))


async def _insert_member(conn: Connection, deps: Deps, newcomer: Newcomer, organization_id: str, role: Role) -> str:
    person_id, now = new_id("prs"), deps.now()
    email = newcomer.email or None
    if not await people.insert_person(conn, person_id=person_id, name=newcomer.name, email=email, now=now):
        raise InvalidBody([("/email", "A person with this address has an account already.")])
    await people.insert_membership(conn, organization_id=organization_id, person_id=person_id, role=role, now=now)
    return person_id
