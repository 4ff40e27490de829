"""Rank three: claimed places become sold, a statement per batch."""

from collections.abc import Sequence
from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def sell_tickets(conn: Connection, attempts: Sequence[tuple[str, int]]) -> dict[str, datetime]:
    """Sell the places that each (booking id, attempt) has claimed. Runs in the caller's transaction.

    Return booking id → time of confirmation of those sold now; the others are missing.
    """
    cursor = await conn.execute(
        load_sql(__package__, "sell_tickets"),
        {"ids": [booking_id for booking_id, _ in attempts], "attempts": [attempt for _, attempt in attempts]},
    )
    return {row["id"]: row["confirmed_at"] for row in await cursor.fetchall()}
