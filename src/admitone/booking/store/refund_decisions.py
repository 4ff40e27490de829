"""Who decided the refunds of bookings, and of which tickets."""

from collections.abc import Sequence
from typing import Literal

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

MadeBy = Literal["buyer", "organizer"]


async def insert_decision(
    conn: Connection, decision_id: str, booking_id: str, *, made_by: MadeBy, indexes: Sequence[int]
) -> bool:
    """Return False where the same request decided before."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_decision"),
        {"id": decision_id, "booking_id": booking_id, "made_by": made_by, "indexes": sorted(indexes)},
    )
    return await cursor.fetchone() is not None


async def list_decisions(conn: Connection, booking_id: str) -> dict[str, MadeBy]:
    """Return id → who decided."""
    cursor = await conn.execute(load_sql(__package__, "list_decisions"), {"booking_id": booking_id})
    return {row["id"]: row["made_by"] for row in await cursor.fetchall()}
