"""Sign in by a passkey, or prove again who one is. A passkey verifies its person: no further code is needed.

Functions import what loads `webauthn`: the roles of buyers and the worker start without it.
"""

import os
from typing import Any

import msgspec
from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.refusal import InvalidBody
from admitone.organizers.contracts import Identity, Origin, StartedSession
from admitone.organizers.domain.member import Person
from admitone.organizers.domain.passkey import (
    NONCE_BYTES,
    StoredKey,
    challenge_end,
    decode_bytes,
    encode_bytes,
    hash_challenge,
    make_challenge,
)
from admitone.organizers.domain.sign_in_limits import buckets_of_place
from admitone.organizers.store import passkeys as store
from admitone.organizers.store import people, sessions
from admitone.organizers.usecases.account import session_of
from admitone.organizers.usecases.credentials.limits import check_limit
from admitone.organizers.usecases.credentials.refused_attempts import record_refused_attempt
from admitone.organizers.usecases.credentials.start_session import record_sign_in, start_session
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.passkeys import site_of

ANSWER_CHARACTERS_MAX = 16_000
_WRONG = "This passkey is not known here, or its answer came too late. Try again, or use your password."


class _Answer(Struct):
    """What `PublicKeyCredential.toJSON` returns; `webauthn` reads further members."""

    id: str
    rawId: str  # noqa: N815 # the name of the standard
    type: str
    response: dict[str, Any]


class _Known(Struct, frozen=True):
    person: Person
    key: StoredKey
    sign_count: int | None
    """None: the answer is wrong."""


async def begin_passkey_sign_in(deps: Deps, identity: Identity | None) -> str:
    """Return what the browser's `navigator.credentials.get` needs, as JSON (`contracts.BeginPasskeySignIn`).

    Raises `PasskeysUnavailable`.
    """
    from admitone.organizers.usecases.credentials.passkey_options import request_options

    place = site_of(deps)
    challenge = make_challenge(place.keys, _purpose(identity), random_bytes=os.urandom(NONCE_BYTES), now=deps.now())
    return request_options(challenge=challenge, site=place.site)


async def sign_in_by_passkey(deps: Deps, answer: str, origin: Origin) -> StartedSession:
    """Return a new session, in the organization where the person worked last (`contracts.SignInByPasskey`).

    Raises `TooManySignIns`, `PasskeysUnavailable`, and `InvalidBody` for a wrong answer.
    """
    async with deps.pool.connection() as conn:
        await check_limit(conn, buckets_of_place(origin), deps.now())
        async with conn.transaction():
            known = await _check_answer(conn, deps, answer, None)
            if known is not None and known.sign_count is not None:
                place = await sessions.find_last_organization(conn, person_id=known.person.id)
                if place is None:
                    raise InvalidBody([("", "You are a member of no organization any more: ask for an invitation.")])
                return await start_session(
                    conn,
                    person=known.person,
                    organization_id=place[0],
                    origin=origin,
                    action="signInByPasskey",
                    now=deps.now(),
                )
    await _refuse(deps, known, origin, action="signInByPasskeyFailed")
    raise InvalidBody([("", _WRONG)])


async def confirm_by_passkey(deps: Deps, identity: Identity, answer: str, origin: Origin) -> None:
    """Make the session of a person fresh (`contracts.ConfirmByPasskey`).

    Raises `InvalidBody`, `TooManySignIns`, `PasskeysUnavailable`.
    """
    async with deps.pool.connection() as conn:
        await check_limit(conn, buckets_of_place(origin), deps.now())
        async with conn.transaction():
            known = await _check_answer(conn, deps, answer, identity)
            if known is not None and known.sign_count is not None:
                session_id, now = session_of(identity), deps.now()
                await sessions.refresh_session(conn, person_id=known.person.id, session_id=session_id, now=now)
                await record_sign_in(
                    conn,
                    person=known.person,
                    organization_id=identity.organization_id,
                    origin=origin,
                    action="confirmPersonByPasskey",
                    now=now,
                )
                return
    await _refuse(deps, known, origin, action="confirmPersonFailed")
    raise InvalidBody([("", _WRONG)])


async def _check_answer(conn: Connection, deps: Deps, answer: str, identity: Identity | None) -> _Known | None:
    """Return whose passkey answered, and use the challenge up; None for an unknown passkey or challenge."""
    from admitone.organizers.usecases.credentials.check_passkey import check_proof, read_challenge

    place, now, document = site_of(deps), deps.now(), _decode(answer)
    credential_id = None if document is None else decode_bytes(document["rawId"])
    challenge = None if document is None else read_challenge(document)
    if document is None or credential_id is None or challenge is None:
        return None
    key = await store.lock_passkey(conn, credential_id=credential_id)
    ends_at = challenge_end(place.keys, _purpose(identity), challenge, now)
    if key is None or ends_at is None or (identity is not None and identity.actor_id != key.person_id):
        return None
    person = await people.read_person(conn, person_id=key.person_id)
    assert person is not None, "people are never removed"
    sign_count = None
    if document["response"].get("userHandle") in (None, encode_bytes(key.person_id.encode())):
        sign_count = check_proof(document, key, challenge=challenge, site=place.site)
    if sign_count is None or not await store.use_challenge(
        conn, challenge_hash=hash_challenge(challenge), expires_at=ends_at, now=now
    ):
        return _Known(person, key, None)
    await store.touch_passkey(conn, passkey_id=key.id, sign_count=sign_count, now=now)
    return _Known(person, key, sign_count)


async def _refuse(deps: Deps, known: _Known | None, origin: Origin, *, action: str) -> None:
    """Write the refused attempt into the audit trail of the person whose passkey it is."""
    if known is None:
        return
    async with deps.pool.connection() as conn:
        await record_refused_attempt(
            conn, person=known.person, account=known.person.id, origin=origin, action=action, now=deps.now()
        )


def _decode(answer: str) -> dict[str, Any] | None:
    if len(answer) > ANSWER_CHARACTERS_MAX:
        return None
    try:
        msgspec.json.decode(answer, type=_Answer)
        document: dict[str, Any] = msgspec.json.decode(answer)
    except (msgspec.DecodeError, RecursionError):
        return None
    return document


def _purpose(identity: Identity | None) -> str:
    return "sign in" if identity is None else f"confirm in {session_of(identity)}"
