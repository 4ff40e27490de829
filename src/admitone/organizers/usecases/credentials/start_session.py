"""Start a session of a person in an organization, and write it into the audit trail."""

import os
from datetime import datetime

from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from admitone.organizers.contracts import ActorKind, Origin, StartedSession
from admitone.organizers.domain.api_key import RANDOM_BYTES
from admitone.organizers.domain.audit import AuditEntry
from admitone.organizers.domain.console_session import code_end, encode_session_token, hash_token, session_end
from admitone.organizers.domain.member import Person
from admitone.organizers.domain.number_limits import SESSIONS_MAX
from admitone.organizers.store import audit, sessions


async def start_session(
    conn: Connection,
    *,
    person: Person,
    organization_id: str,
    origin: Origin,
    action: str,
    now: datetime,
    awaits_code: bool = False,
) -> StartedSession:
    """Return the new session; `action` is its entry in the audit trail. `awaits_code`: it opens nothing yet."""
    session_id, token = new_id("ses"), encode_session_token(os.urandom(RANDOM_BYTES))
    await sessions.insert_session(
        conn,
        session_id=session_id,
        person_id=person.id,
        organization_id=organization_id,
        token_hash=hash_token(token),
        now=now,
        ends_at=code_end(now) if awaits_code else session_end(now),
        awaits_code=awaits_code,
        origin=origin,
    )
    await sessions.end_oldest_sessions(conn, person_id=person.id, most=SESSIONS_MAX, now=now)
    await record_sign_in(conn, person=person, organization_id=organization_id, origin=origin, action=action, now=now)
    return StartedSession(token, session_end(now), awaits_code=awaits_code)


async def record_sign_in(
    conn: Connection, *, person: Person, organization_id: str, origin: Origin, action: str, now: datetime
) -> None:
    """Append an entry to the audit trail, in the transaction of what it records."""
    entry = AuditEntry(
        id=new_id("aud"),
        at=now,
        actor_kind=ActorKind.PERSON,
        actor_id=person.id,
        actor_name=person.name,
        address=origin.address,
        agent=origin.agent,
        action=action,
        subject=f"members/{person.id}",
    )
    await audit.insert_audit_entry(conn, organization_id=organization_id, entry=entry)
