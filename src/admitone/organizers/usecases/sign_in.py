"""Sign in by mail address and password, or prove again who one is. Attempts are limited by account and address."""

from admitone.kit.refusal import InvalidBody
from admitone.organizers.contracts import Identity, Origin, PasswordSignIn, StartedSession
from admitone.organizers.domain.member import Person
from admitone.organizers.domain.sign_in_limits import KNOWN_FOR, buckets_of
from admitone.organizers.store import people, second_factors, sessions
from admitone.organizers.store import sign_in_attempts as attempts
from admitone.organizers.usecases.credentials.limits import TooManySignIns, check_limit
from admitone.organizers.usecases.credentials.password_hashes import hash_password, is_password, needs_rehash
from admitone.organizers.usecases.credentials.refused_attempts import LIMIT_REACHED, record_refused_attempt
from admitone.organizers.usecases.credentials.start_session import record_sign_in, start_session
from admitone.organizers.usecases.deps import Deps

_CHARACTERS_MAX = 300
_WRONG = "The address or the password is wrong."


async def sign_in(deps: Deps, credentials: PasswordSignIn, origin: Origin) -> StartedSession:
    """Return a new session, in the organization where the person worked last (`contracts.SignIn`).

    With a second factor the session opens nothing before `give_code`.

    Raises `TooManySignIns`, and `InvalidBody` for a wrong address or password: which of them is not told.
    """
    email, password = credentials.email.strip()[:_CHARACTERS_MAX], credentials.password[:_CHARACTERS_MAX]
    email = email.replace("\0", "\ufffd")  # no address contains either, and PostgreSQL refuses the first
    async with deps.pool.connection() as conn:
        person = await people.find_person_by_email(conn, email=email)
    wrong = [("", _WRONG)]
    known_hash = await _check_password(deps, person, email, password, origin, action="signInFailed", wrong=wrong)
    assert person is not None, "there is no password without a person"
    async with deps.pool.connection() as conn, conn.transaction():
        # A password that changed meanwhile ended the sessions that it opened: this one would come after them.
        if await people.lock_password(conn, person_id=person.id) != known_hash:
            raise InvalidBody(wrong)
        place = await sessions.find_last_organization(conn, person_id=person.id)
        if place is None:
            raise InvalidBody([("", "You are a member of no organization any more: ask for an invitation.")])
        _, since = await second_factors.read_second_factor(conn, person_id=person.id)
        return await start_session(
            conn,
            person=person,
            organization_id=place[0],
            origin=origin,
            action="signIn",
            now=deps.now(),
            awaits_code=since is not None,
        )


async def confirm_person(deps: Deps, identity: Identity, password: str, origin: Origin) -> None:
    """Make the session of a person fresh (`contracts.ConfirmPerson`). Raises `InvalidBody`, `TooManySignIns`."""
    async with deps.pool.connection() as conn:
        person = await people.read_person(conn, person_id=identity.actor_id)
    email = "" if person is None else person.email or ""
    wrong = [("/password", "The password is wrong.")]
    password = password[:_CHARACTERS_MAX]
    await _check_password(deps, person, email, password, origin, action="confirmPersonFailed", wrong=wrong)
    assert person is not None, "there is no password without a person"
    assert identity.session_id is not None, "a key has no session"
    async with deps.pool.connection() as conn, conn.transaction():
        now, organization_id = deps.now(), identity.organization_id
        await sessions.refresh_session(conn, person_id=person.id, session_id=identity.session_id, now=now)
        await record_sign_in(
            conn, person=person, organization_id=organization_id, origin=origin, action="confirmPerson", now=now
        )


async def _check_password(
    deps: Deps,
    person: Person | None,
    email: str,
    password: str,
    origin: Origin,
    *,
    action: str,
    wrong: list[tuple[str, str]],
) -> str:
    """Count the attempt, then check the password: attempts that run at the same moment cannot exceed the limit.

    Return the hash that is stored of the password. `action`: the entry of a wrong one in the audit trail.
    """
    now, person_id = deps.now(), "" if person is None else person.id
    async with deps.pool.connection() as conn:
        is_known = await sessions.is_known_address(
            conn, person_id=person_id, address=origin.address or "", since=now - KNOWN_FOR
        )
        buckets = buckets_of(email, origin, is_known=is_known)
        try:
            await check_limit(conn, buckets, now)
        except TooManySignIns:
            await record_refused_attempt(
                conn, person=person, account=email, origin=origin, action=LIMIT_REACHED, now=now
            )
            raise
    password_hash = None if person is None else person.password_hash
    if not await is_password(password, password_hash):
        async with deps.pool.connection() as conn:
            await record_refused_attempt(conn, person=person, account=email, origin=origin, action=action, now=now)
        raise InvalidBody(wrong)
    assert password_hash is not None, "there is no password without its hash"
    new_hash = await hash_password(password) if needs_rehash(password_hash) else None
    async with deps.pool.connection() as conn:
        await attempts.forget_attempts(conn, buckets=[buckets[0].name], now=now)
        if new_hash is not None and await people.replace_password_hash(
            conn, person_id=person_id, old_hash=password_hash, new_hash=new_hash
        ):
            return new_hash
    return password_hash
