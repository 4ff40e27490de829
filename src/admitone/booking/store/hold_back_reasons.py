"""Why seats are held back, and how the places of each price level stand."""

from collections.abc import Sequence

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def write_reasons(conn: Connection, event_id: str, indexes: Sequence[int], reason: str | None) -> None:
    """Say why these seats are held back; None: no reason is given."""
    if reason is None:
        await conn.execute(load_sql(__package__, "delete_reasons"), {"event_id": event_id, "indexes": list(indexes)})
        return
    await conn.execute(
        load_sql(__package__, "write_reasons"), {"event_id": event_id, "indexes": list(indexes), "reason": reason}
    )


async def count_levels(conn: Connection, event_id: str, *, without: Sequence[int]) -> list[tuple[str, str, int]]:
    """Return (level id, state, places); `without`: indexes that are not counted."""
    cursor = await conn.execute(load_sql(__package__, "count_levels"), {"event_id": event_id, "except": list(without)})
    return [(row["level_id"], row["state"], row["places"]) for row in await cursor.fetchall()]
