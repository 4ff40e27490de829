"""Statements over performers and venues together."""

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def scan_named_ids(conn: Connection, *, after_id: str, limit: int) -> tuple[str, ...]:
    cursor = await conn.execute(load_sql(__package__, "scan_named_ids"), {"after_id": after_id, "limit": limit})
    return tuple(row["id"] for row in await cursor.fetchall())
