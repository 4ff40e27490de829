"""Statements over the attempts to sign in."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.domain.sign_in_limits import WINDOW


async def count_attempt(conn: Connection, *, bucket: bytes, now: datetime) -> tuple[int, datetime]:
    """Return (attempts in the running window, this one included; when the window ends)."""
    parameters = {"bucket": bucket, "now": now, "ends_at": now + WINDOW}
    row = await (await conn.execute(load_sql(__package__, "count_attempt"), parameters)).fetchone()
    assert row is not None
    return row["attempts"], row["ends_at"]


async def forget_attempts(conn: Connection, *, buckets: list[bytes], now: datetime) -> None:
    await conn.execute(load_sql(__package__, "forget_attempts"), {"buckets": buckets, "now": now})
