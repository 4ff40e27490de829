"""Statements over the sessions of the console."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import ActorKind, Identity, Origin, Role
from admitone.organizers.domain.console_session import (
    AGENT_CHARACTERS_MAX,
    IDLE,
    TOUCH_EVERY,
    ConsoleSession,
    WaitingSession,
)


async def insert_session(
    conn: Connection,
    *,
    session_id: str,
    person_id: str,
    organization_id: str,
    token_hash: bytes,
    now: datetime,
    ends_at: datetime,
    awaits_code: bool,
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
            "ends_at": ends_at,
            "awaits_code": awaits_code,
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
        is_operator=row["is_operator"],
    )


async def read_waiting_session(conn: Connection, *, token_hash: bytes, now: datetime) -> WaitingSession | None:
    """Return a session that waits for the code of the second factor."""
    parameters = {"token_hash": token_hash, "now": now}
    row = await (await conn.execute(load_sql(__package__, "read_waiting_session"), parameters)).fetchone()
    return None if row is None else WaitingSession(**row)


async def open_waiting_session(conn: Connection, *, session_id: str, token_hash: bytes, ends_at: datetime) -> bool:
    """The code was right: the session goes on under a new token. Return False where it no longer waits."""
    parameters = {"id": session_id, "token_hash": token_hash, "ends_at": ends_at}
    return (await conn.execute(load_sql(__package__, "open_waiting_session"), parameters)).rowcount == 1


async def end_session(conn: Connection, *, person_id: str, session_id: str, now: datetime) -> bool:
    """Return whether a running session of this person was ended."""
    cursor = await conn.execute(
        load_sql(__package__, "end_session"), {"person_id": person_id, "id": session_id, "now": now}
    )
    return cursor.rowcount == 1


async def list_sessions(conn: Connection, *, person_id: str, now: datetime) -> list[ConsoleSession]:
    """Return the sessions that still run, the last used first."""
    parameters = {"person_id": person_id, "now": now, "idle_before": now - IDLE}
    cursor = await conn.execute(load_sql(__package__, "list_sessions"), parameters)
    return [ConsoleSession(**row) for row in await cursor.fetchall()]


async def end_other_sessions(conn: Connection, *, person_id: str, keep_id: str, now: datetime) -> None:
    parameters = {"person_id": person_id, "keep_id": keep_id, "now": now}
    await conn.execute(load_sql(__package__, "end_other_sessions"), parameters)


async def end_oldest_sessions(conn: Connection, *, person_id: str, most: int, now: datetime) -> None:
    """End the sessions of a person that were used the longest ago, beyond the newest `most`."""
    parameters = {"person_id": person_id, "most": most, "now": now}
    await conn.execute(load_sql(__package__, "end_oldest_sessions"), parameters)


async def end_sessions_in_organization(
    conn: Connection, *, person_id: str, organization_id: str, now: datetime
) -> None:
    parameters = {"person_id": person_id, "organization_id": organization_id, "now": now}
    await conn.execute(load_sql(__package__, "end_sessions_in_organization"), parameters)


async def refresh_session(conn: Connection, *, person_id: str, session_id: str, now: datetime) -> None:
    parameters = {"person_id": person_id, "id": session_id, "now": now}
    await conn.execute(load_sql(__package__, "refresh_session"), parameters)


async def move_session(conn: Connection, *, person_id: str, session_id: str, organization_id: str) -> bool:
    """Return False where the person is no member of the organization."""
    parameters = {"person_id": person_id, "id": session_id, "organization_id": organization_id}
    cursor = await conn.execute(load_sql(__package__, "move_session"), parameters)
    return cursor.rowcount == 1


async def is_known_address(conn: Connection, *, person_id: str, address: str, since: datetime) -> bool:
    parameters = {"person_id": person_id, "address": address, "since": since}
    row = await (await conn.execute(load_sql(__package__, "is_known_address"), parameters)).fetchone()
    return row is not None and bool(row["known"])


async def find_last_organization(conn: Connection, *, person_id: str) -> tuple[str, Role] | None:
    """Return (organization, role) where a person worked last; None for a member of none."""
    row = await (
        await conn.execute(load_sql(__package__, "find_last_organization"), {"person_id": person_id})
    ).fetchone()
    return None if row is None else (row["organization_id"], Role(row["role"]))
