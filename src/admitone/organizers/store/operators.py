"""Statements over the people who operate the installation."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.domain.member import Operator


async def grant_operator(conn: Connection, *, person_id: str, now: datetime) -> bool:
    """Return False where the person is an operator already."""
    parameters = {"person_id": person_id, "now": now}
    return (await conn.execute(load_sql(__package__, "grant_operator"), parameters)).rowcount == 1


async def revoke_operator(conn: Connection, *, person_id: str) -> bool:
    """Return False where the person was no operator."""
    return (await conn.execute(load_sql(__package__, "revoke_operator"), {"person_id": person_id})).rowcount == 1


async def list_operators(conn: Connection) -> list[Operator]:
    cursor = await conn.execute(load_sql(__package__, "list_operators"))
    return [Operator(**row) for row in await cursor.fetchall()]
