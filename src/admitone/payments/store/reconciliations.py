"""Up to which time the provider's payments and ours were compared."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def read_compared(conn: Connection) -> datetime | None:
    """Return None before the first comparison."""
    cursor = await conn.execute(load_sql(__package__, "read_compared"))
    row = await cursor.fetchone()
    return None if row is None else row["compared_to"]


async def record_compared(conn: Connection, compared_to: datetime) -> None:
    await conn.execute(load_sql(__package__, "record_compared"), {"compared_to": compared_to})
