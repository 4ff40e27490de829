"""Statements over the sessions of the console."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import ActorKind, Identity, Origin, Role
from admitone.organizers.domain.console_session import AGENT_CHARACTERS_MAX, IDLE, TOUCH_EVERY, session_end


async def insert_session(
    conn: Connection,
    *,
    session_id: str,
    person_id: str,
    organization_id: str,
    token_hash: bytes,
    now: datetime,
    origin: Origin,
) -> None:
    await conn.execute(
        load_sql(__package__, "insert_session"),
        {
            "id": session_id,
            "person_id": person_id,
            "organization_id": organization_id,
            "token_hash": token_hash,
            "now": now,
            "ends_at": session_end(now),
            "address": origin.address,
            "agent": origin.agent[:AGENT_CHARACTERS_MAX],
        },
    )


async def read_session(conn: Connection, *, token_hash: bytes, now: datetime) -> Identity | None:
    """Return whose running session has this hash, with the role that the person has now, and record its use."""
    cursor = await conn.execute(
        load_sql(__package__, "read_session"),
        {"token_hash": token_hash, "now": now, "idle_before": now - IDLE, "touch_before": now - TOUCH_EVERY},
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return Identity(
        organization_id=row["organization_id"],
        role=Role(row["role"]),
        actor_id=row["person_id"],
        actor_kind=ActorKind.PERSON,
        actor_name=row["name"],
        session_id=row["id"],
        authenticated_at=row["authenticated_at"],
    )


async def end_session(conn: Connection, *, person_id: str, session_id: str, now: datetime) -> bool:
    """Return whether a running session of this person was ended."""
    cursor = await conn.execute(
        load_sql(__package__, "end_session"), {"person_id": person_id, "id": session_id, "now": now}
    )
    return cursor.rowcount == 1
