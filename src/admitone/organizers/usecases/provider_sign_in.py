"""Sign in at the installation's OpenID Connect provider, or prove there again who one is.

An account there opens an account here by its verified address, once; afterwards its subject counts, so an address that
the provider gives to another person opens nothing. A stranger needs an invitation that was made for their address.
"""

import base64
import hmac
import secrets

import msgspec

from admitone.kit.ids import new_id
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection
from admitone.organizers.contracts import (
    Identity,
    Origin,
    ProviderAnswer,
    ProviderOutcome,
    ProviderRequest,
    StartedSession,
)
from admitone.organizers.domain.member import Person
from admitone.organizers.domain.number_limits import Limited
from admitone.organizers.domain.provider_sign_in import (
    CLOCK_SECONDS,
    RANDOM_BYTES,
    NoProvider,
    Pending,
    ProviderPerson,
    ProviderRefused,
    provider_person,
)
from admitone.organizers.domain.sign_in_limits import buckets_of_place
from admitone.organizers.store import one_time_links, passkeys, people, second_factors, sessions
from admitone.organizers.store import provider_accounts as store
from admitone.organizers.usecases.account import PersonNeeded
from admitone.organizers.usecases.credentials.check_number import check_organization_number
from admitone.organizers.usecases.credentials.limits import check_limit
from admitone.organizers.usecases.credentials.sealed_secrets import seal, unseal
from admitone.organizers.usecases.credentials.start_session import record_sign_in, start_session
from admitone.organizers.usecases.deps import Deps, Provider

_OWNER = "sign-in at the identity provider"
_LATE = "The sign-in took too long, or began in another browser. Begin again."


async def begin_provider_sign_in(deps: Deps, identity: Identity | None, next_address: str) -> ProviderRequest:
    """Return where the browser goes, and what it keeps meanwhile (`contracts.BeginProviderSignIn`)."""
    if identity is not None and identity.session_id is None:
        raise PersonNeeded
    pending = Pending(
        state=secrets.token_urlsafe(RANDOM_BYTES),
        nonce=secrets.token_urlsafe(RANDOM_BYTES),
        verifier=secrets.token_urlsafe(RANDOM_BYTES),
        next=next_address,
        session_id=None if identity is None else identity.session_id,
        began_at=deps.now(),
    )
    sealed = seal(_keys(deps), msgspec.json.encode(pending).decode(), owner=_OWNER)
    kept = base64.urlsafe_b64encode(sealed).decode()
    return ProviderRequest(await _provider(deps).authorization_url(pending), kept, pending.ends_at)


async def finish_provider_sign_in(
    deps: Deps, kept: str, answer: ProviderAnswer, identity: Identity | None, origin: Origin
) -> ProviderOutcome:
    """Return the new session, or None in its place where a session was confirmed (`contracts.FinishProviderSignIn`).

    Raises `NoProvider`, `ProviderRefused`, `ProviderUnavailable`, `LimitReached`, `TooManySignIns`.
    """
    pending, now = _open(deps, kept), deps.now()
    if (
        pending is None
        or now >= pending.ends_at
        or not hmac.compare_digest(pending.state.encode(), answer.state.encode("utf-8", "replace"))
    ):
        raise ProviderRefused(_LATE)
    if answer.code is None:
        raise ProviderRefused("The identity provider did not sign you in.")
    async with deps.pool.connection() as conn:
        await check_limit(conn, buckets_of_place(origin), now)
    proven = provider_person(await _provider(deps).exchange(answer.code, pending))
    if pending.session_id is not None:
        await _confirm(deps, pending, proven, identity, origin)
        return ProviderOutcome(None, pending.next)
    async with deps.pool.connection() as conn, conn.transaction():
        person = await _find_person(conn, deps, proven)
        return ProviderOutcome(await _start(conn, deps, person, origin), pending.next)


async def _confirm(
    deps: Deps, pending: Pending, proven: ProviderPerson, identity: Identity | None, origin: Origin
) -> None:
    """Make the session fresh, if its own person signed in at the provider after it was asked for."""
    if identity is None or identity.session_id != pending.session_id:
        raise ProviderRefused(_LATE)
    began = int(pending.began_at.timestamp()) - CLOCK_SECONDS
    if proven.authenticated_at is None or proven.authenticated_at < began:
        raise ProviderRefused("The identity provider did not ask you to sign in again.")
    async with deps.pool.connection() as conn, conn.transaction():
        person = await store.find_person_by_subject(conn, issuer=_provider(deps).issuer, subject=proven.subject)
        if person is None or person.id != identity.actor_id:
            raise ProviderRefused("This is the account of another person.")
        now, organization_id = deps.now(), identity.organization_id
        await sessions.refresh_session(conn, person_id=person.id, session_id=pending.session_id or "", now=now)
        await record_sign_in(
            conn,
            person=person,
            organization_id=organization_id,
            origin=origin,
            action="confirmPersonByProvider",
            now=now,
        )


async def _find_person(conn: Connection, deps: Deps, proven: ProviderPerson) -> Person:
    """Return the person of the account at the provider; connect it by its verified address the first time."""
    issuer = _provider(deps).issuer
    person = await store.find_person_by_subject(conn, issuer=issuer, subject=proven.subject)
    if person is not None:
        return person
    if proven.email is None:
        raise ProviderRefused("The identity provider has not verified your address.")
    person = await people.find_person_by_email(conn, email=proven.email)
    if person is None:
        person = await _accept_invitation(conn, deps, proven, proven.email)
    if not await store.insert_provider_account(
        conn, issuer=issuer, subject=proven.subject, person_id=person.id, now=deps.now()
    ):
        raise ProviderRefused("Another account of the identity provider had this address before. Ask an owner.")
    await _remove_other_ways(conn, deps, person)
    return person


async def _remove_other_ways(conn: Connection, deps: Deps, person: Person) -> None:
    """The address was not proven when the account was made: a person who typed the address of another one would share
    the account with them. The owner of the address sets a password again."""
    await people.write_password(conn, person_id=person.id, password_hash=None)
    await second_factors.end_second_factor(conn, person_id=person.id)
    await passkeys.delete_passkeys(conn, person_id=person.id)
    await one_time_links.revoke_access_links(conn, person_id=person.id, now=deps.now())
    await sessions.end_other_sessions(conn, person_id=person.id, keep_id="", now=deps.now())


async def _accept_invitation(conn: Connection, deps: Deps, proven: ProviderPerson, email: str) -> Person:
    found, now = await store.find_invitation_of_address(conn, email=email, now=deps.now()), deps.now()
    if found is None:
        raise ProviderRefused(f"No account and no invitation here has the address {email}. Ask for an invitation.")
    token_hash, organization_id, role = found
    await check_organization_number(conn, Limited.MEMBERS, organization_id=organization_id, now=now)
    person = Person(new_id("prs"), proven.name, email, None)
    if not await one_time_links.use_link(conn, token_hash=token_hash, now=now) or not await people.insert_person(
        conn, person=person, now=now
    ):
        raise ProviderRefused(_LATE)
    await people.insert_membership(conn, organization_id=organization_id, person_id=person.id, role=role, now=now)
    return person


async def _start(conn: Connection, deps: Deps, person: Person, origin: Origin) -> StartedSession:
    """Start a session; a person with an authenticator app gives its code as well."""
    place = await sessions.find_last_organization(conn, person_id=person.id)
    if place is None:
        raise ProviderRefused("You are a member of no organization any more: ask for an invitation.")
    _, since = await second_factors.read_second_factor(conn, person_id=person.id)
    return await start_session(
        conn,
        person=person,
        organization_id=place[0],
        origin=origin,
        action="signInByProvider",
        now=deps.now(),
        awaits_code=since is not None,
    )


def _open(deps: Deps, kept: str) -> Pending | None:
    try:
        text = unseal(_keys(deps), base64.urlsafe_b64decode(kept.encode()), owner=_OWNER)
    except ValueError:
        return None
    return None if text is None else msgspec.json.decode(text, type=Pending)


def _provider(deps: Deps) -> Provider:
    if deps.provider is None:
        raise NoProvider
    return deps.provider


def _keys(deps: Deps) -> KeyRing:
    assert deps.keys is not None, "the process that signs people in has the installation's keys"
    return deps.keys
