"""The second factor: set it up, remove it, and give its code at a sign-in."""

import os
from datetime import datetime

import pyotp
from msgspec import Struct

from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection
from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.organizers.contracts import Identity, Origin, StartedSession
from admitone.organizers.domain.api_key import RANDOM_BYTES
from admitone.organizers.domain.console_session import (
    WaitingSession,
    encode_session_token,
    hash_token,
    is_session_token,
    session_end,
)
from admitone.organizers.domain.member import Person
from admitone.organizers.domain.second_factor import (
    CODE_BYTES,
    CODES,
    encode_recovery_code,
    hash_recovery_code,
    matching_step,
    provisioning_uri,
)
from admitone.organizers.domain.sign_in_limits import bucket_of_codes
from admitone.organizers.store import accounts, people, sessions
from admitone.organizers.store import second_factors as store
from admitone.organizers.usecases.account import PersonNeeded
from admitone.organizers.usecases.authenticate import NotAuthenticated
from admitone.organizers.usecases.credentials.limits import TooManySignIns, check_limit
from admitone.organizers.usecases.credentials.refused_attempts import LIMIT_REACHED, record_refused_attempt
from admitone.organizers.usecases.credentials.sealed_secrets import seal, unseal
from admitone.organizers.usecases.credentials.start_session import record_sign_in
from admitone.organizers.usecases.deps import Deps

_WRONG = "This code is wrong, or was used before. Wait for the next one."


class SecondFactorInUse(Refusal):
    code = "second-factor-in-use"
    kind = Kind.CONFLICT


class NewSecondFactor(Struct, frozen=True):
    """`uri`: what the app reads from a QR code; `secret`: the same to type."""

    secret: str
    uri: str


async def begin_second_factor(deps: Deps, identity: Identity) -> NewSecondFactor:
    """Return a new secret, which counts once a code of it is given. Raises `PersonNeeded`, `SecondFactorInUse`."""
    if identity.session_id is None:
        raise PersonNeeded
    secret = pyotp.random_base32()
    async with deps.pool.connection() as conn:
        person = await people.read_person(conn, person_id=identity.actor_id)
        name = await accounts.read_organization_name(conn, identity.organization_id)
        assert person is not None, "people are never removed"
        if person.password_hash is None:
            raise InvalidBody([("", "A second factor needs a first one: an account with a password.")])
        sealed = seal(_keys(deps), secret, owner=person.id)
        if not await store.begin_second_factor(conn, person_id=person.id, totp_secret=sealed):
            raise SecondFactorInUse("You have a second factor: remove it first.")
    return NewSecondFactor(
        secret, provisioning_uri(secret, account=person.email or person.name, organization=name or "")
    )


async def confirm_second_factor(deps: Deps, identity: Identity, code: str) -> list[str]:
    """From now on a sign-in needs a code. Return the recovery codes, which cannot be shown again.

    Raises `PersonNeeded`, `SecondFactorInUse`, `InvalidBody` for a wrong code.
    """
    if identity.session_id is None:
        raise PersonNeeded
    codes = [encode_recovery_code(os.urandom(CODE_BYTES)) for _ in range(CODES)]
    async with deps.pool.connection() as conn, conn.transaction():
        sealed, since = await store.lock_second_factor(conn, person_id=identity.actor_id)
        if since is not None:
            raise SecondFactorInUse("You have a second factor: remove it first.")
        if sealed is None or not await _use_code(conn, deps, identity.actor_id, sealed, code, deps.now()):
            raise InvalidBody([("/code", _WRONG)])
        hashes = [hash_recovery_code(recovery) for recovery in codes]
        await store.start_second_factor(conn, person_id=identity.actor_id, code_hashes=hashes, now=deps.now())
    return codes


async def has_second_factor(deps: Deps, identity: Identity) -> bool:
    """Return whether a sign-in of this person needs a code."""
    async with deps.pool.connection() as conn:
        _, since = await store.read_second_factor(conn, person_id=identity.actor_id)
    return since is not None


async def remove_second_factor(deps: Deps, identity: Identity) -> None:
    """A sign-in needs no code any more. Raises `PersonNeeded`."""
    if identity.session_id is None:
        raise PersonNeeded
    async with deps.pool.connection() as conn, conn.transaction():
        await store.end_second_factor(conn, person_id=identity.actor_id)


async def give_code(deps: Deps, token: str, code: str, origin: Origin) -> StartedSession:
    """Open a session whose password was right by a code or a recovery code (`contracts.GiveCode`).

    Return the session under a new token. Raises `NotAuthenticated`, `TooManySignIns`, `InvalidBody`.
    """
    now = deps.now()
    async with deps.pool.connection() as conn:
        waiting = None
        if is_session_token(token):
            waiting = await sessions.read_waiting_session(conn, token_hash=hash_token(token), now=now)
        if waiting is None:
            raise NotAuthenticated("The sign-in took too long. Begin again.")
        person = await people.read_person(conn, person_id=waiting.person_id)
        assert person is not None, "people are never removed"
        try:
            await check_limit(conn, [bucket_of_codes(person.id)], now)
        except TooManySignIns:
            await record_refused_attempt(
                conn, person=person, account=person.id, origin=origin, action=LIMIT_REACHED, now=now
            )
            raise
    session = await _open_session(deps, waiting, person, code, origin)
    if session is None:
        async with deps.pool.connection() as conn:
            await record_refused_attempt(
                conn, person=person, account=person.id, origin=origin, action="giveCodeFailed", now=now
            )
        raise InvalidBody([("/code", _WRONG)])
    return session


async def _open_session(
    deps: Deps, waiting: WaitingSession, person: Person, code: str, origin: Origin
) -> StartedSession | None:
    """Use the code up and return the session under a new token; None for a wrong code.

    Raises `NotAuthenticated` where another request opened or ended the session meanwhile: the code stays unused.
    """
    new_token, now = encode_session_token(os.urandom(RANDOM_BYTES)), deps.now()
    async with deps.pool.connection() as conn, conn.transaction():
        sealed, _ = await store.lock_second_factor(conn, person_id=person.id)
        is_right = sealed is not None and await _use_code(conn, deps, person.id, sealed, code, now)
        if not is_right and not await store.use_recovery_code(
            conn, person_id=person.id, code_hash=hash_recovery_code(code), now=now
        ):
            return None
        if not await sessions.open_waiting_session(
            conn, session_id=waiting.id, token_hash=hash_token(new_token), ends_at=session_end(now)
        ):
            raise NotAuthenticated("The sign-in has ended meanwhile. Begin again.")
        action = "giveCode" if is_right else "giveRecoveryCode"
        await record_sign_in(
            conn, person=person, organization_id=waiting.organization_id, origin=origin, action=action, now=now
        )
    return StartedSession(new_token, session_end(now))


async def _use_code(conn: Connection, deps: Deps, person_id: str, sealed: bytes, code: str, now: datetime) -> bool:
    secret = unseal(_keys(deps), sealed, owner=person_id)
    step = None if secret is None else matching_step(secret, code, now)
    return step is not None and await store.use_step(conn, person_id=person_id, step=step)


def _keys(deps: Deps) -> KeyRing:
    assert deps.keys is not None, "the process that signs people in has the installation's keys"
    return deps.keys
