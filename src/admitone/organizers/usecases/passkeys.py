"""Passkeys of a person: add one by the answer of an authenticator, list, remove.

Functions import what loads `webauthn`: the roles of buyers and the worker start without it.
"""

import os
from typing import Any

from msgspec import Struct

from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.kit.text import clean_name, name_fault
from admitone.organizers.contracts import Identity
from admitone.organizers.domain.number_limits import Limited, check_number
from admitone.organizers.domain.passkey import (
    NAME_CHARACTERS_MAX,
    NONCE_BYTES,
    Passkey,
    challenge_end,
    hash_challenge,
    make_challenge,
)
from admitone.organizers.store import passkeys as store
from admitone.organizers.store import people, sessions
from admitone.organizers.usecases.account import session_of
from admitone.organizers.usecases.authenticate import NotAuthenticated
from admitone.organizers.usecases.deps import Deps, PasskeySite

_REFUSED = "The authenticator's answer is not valid, or came too late. Try again."


class PasskeysUnavailable(Refusal):
    code = "passkeys-unavailable"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("Passkeys need an installation whose public URL has a domain name, not an IP address.")


class PasskeyNotFound(Refusal):
    code = "passkey-not-found"
    kind = Kind.NOT_FOUND


class PasskeyList(Struct, frozen=True):
    """`is_available`: the installation's public URL has a domain name."""

    passkeys: list[Passkey]
    is_available: bool


async def list_passkeys(deps: Deps, identity: Identity) -> PasskeyList:
    """Return the caller's passkeys, the oldest first. Raises `PersonNeeded`."""
    session_of(identity)
    async with deps.pool.connection() as conn:
        found = await store.list_passkeys(conn, person_id=identity.actor_id)
    return PasskeyList(found, is_available=deps.passkey_site is not None)


async def begin_passkey(deps: Deps, identity: Identity) -> str:
    """Return what the browser's `navigator.credentials.create` needs, as JSON.

    Raises `PersonNeeded`, `PasskeysUnavailable`, `LimitReached`.
    """
    from admitone.organizers.usecases.credentials.passkey_options import creation_options

    purpose, place = _purpose(identity), site_of(deps)
    async with deps.pool.connection() as conn:
        person = await people.read_person(conn, person_id=identity.actor_id)
        own = await store.list_passkeys(conn, person_id=identity.actor_id)
    assert person is not None, "people are never removed"
    check_number(Limited.PASSKEYS, len(own))
    challenge = make_challenge(place.keys, purpose, random_bytes=os.urandom(NONCE_BYTES), now=deps.now())
    return creation_options(person, own, challenge=challenge, site=place.site)


async def add_passkey(deps: Deps, identity: Identity, *, name: str, answer: dict[str, Any]) -> str:
    """Store the passkey that an authenticator made, and return its id.

    Raises `PersonNeeded`, `PasskeysUnavailable`, `LimitReached`, `InvalidBody`, `NotAuthenticated`.
    """
    from admitone.organizers.usecases.credentials.check_passkey import check_new_passkey, read_challenge

    purpose, place, name = _purpose(identity), site_of(deps), clean_name(name)
    if len(name) > NAME_CHARACTERS_MAX:
        raise InvalidBody([("/name", f"A name has at most {NAME_CHARACTERS_MAX} characters.")])
    if (fault := "Name the passkey." if not name else name_fault(name)) is not None:
        raise InvalidBody([("/name", fault)])
    challenge = read_challenge(answer)
    ends_at = None if challenge is None else challenge_end(place.keys, purpose, challenge, deps.now())
    if challenge is None or ends_at is None:
        raise InvalidBody([("/credential", _REFUSED)])
    new_key = check_new_passkey(answer, challenge=challenge, site=place.site)
    if new_key is None:
        raise InvalidBody([("/credential", _REFUSED)])
    passkey_id, now = new_id("psk"), deps.now()
    async with deps.pool.connection() as conn, conn.transaction():
        await _check_number(conn, identity.actor_id)
        # Lost access ends the sessions and the passkeys under the same lock: a session that ended adds none.
        running = await sessions.list_sessions(conn, person_id=identity.actor_id, now=now)
        if all(session.id != session_of(identity) for session in running):
            raise NotAuthenticated("This session has ended. Sign in again.")
        is_new = await store.use_challenge(
            conn, challenge_hash=hash_challenge(challenge), expires_at=ends_at, now=now
        ) and await store.insert_passkey(
            conn,
            passkey_id=passkey_id,
            person_id=identity.actor_id,
            credential_id=new_key.credential_id,
            public_key=new_key.public_key,
            sign_count=new_key.sign_count,
            name=name,
            now=now,
        )
        if not is_new:
            raise InvalidBody([("/credential", "This passkey is registered already.")])
    return passkey_id


async def remove_passkey(deps: Deps, identity: Identity, passkey_id: str) -> dict[str, str]:
    """Return its name. Raises `PersonNeeded`, `PasskeyNotFound`."""
    session_of(identity)
    async with deps.pool.connection() as conn:
        removed = await store.delete_passkey(conn, person_id=identity.actor_id, passkey_id=passkey_id)
    if removed is None:
        raise PasskeyNotFound("You have no such passkey.")
    return removed


def site_of(deps: Deps) -> PasskeySite:
    """Return the site of passkeys. Raises `PasskeysUnavailable`."""
    if deps.passkey_site is None:
        raise PasskeysUnavailable
    return deps.passkey_site


async def _check_number(conn: Connection, person_id: str) -> None:
    await people.lock_password(conn, person_id=person_id)
    check_number(Limited.PASSKEYS, len(await store.list_passkeys(conn, person_id=person_id)))


def _purpose(identity: Identity) -> str:
    return f"add a passkey in {session_of(identity)}"
