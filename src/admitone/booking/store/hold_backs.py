"""How seats are held back: why, for whom, by whom and since when."""

from collections.abc import Sequence
from typing import Any

from admitone.booking.domain.seat_changes import Hold, SeatNow
from admitone.booking.store.hold_back_reasons import write_reasons
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def write_holds(conn: Connection, event_id: str, indexes: Sequence[int], hold: Hold) -> None:
    """Say how these seats are held back. Seats whose holder is not known have a reason at most."""
    seats = {"event_id": event_id, "indexes": list(indexes)}
    await write_reasons(conn, event_id, indexes, hold.reason)
    if hold.held_at is None:
        await conn.execute(load_sql(__package__, "delete_hold_backs"), seats)
        return
    said = {
        "held_for": hold.held_for,
        "held_by": hold.held_by or "",
        "held_by_name": hold.held_by_name or "",
        "held_at": hold.held_at,
    }
    await conn.execute(load_sql(__package__, "write_hold_backs"), {**seats, **said})


async def delete_holds(conn: Connection, event_id: str, indexes: Sequence[int]) -> None:
    """Forget how these seats were held back."""
    await write_holds(conn, event_id, indexes, Hold())


async def delete_withdrawn_holds(conn: Connection, event_id: str) -> None:
    """Forget how seats were held back that are not for sale any more."""
    await conn.execute(load_sql(__package__, "delete_withdrawn_holds"), {"event_id": event_id})
    await conn.execute(load_sql(__package__, "delete_withdrawn_reasons"), {"event_id": event_id})


async def list_holds(conn: Connection, event_id: str) -> dict[int, Hold]:
    """Return index → hold of the numbered seats that are held back now."""
    cursor = await conn.execute(load_sql(__package__, "list_hold_backs"), {"event_id": event_id})
    return {row["index"]: _hold(row) for row in await cursor.fetchall()}


async def lock_seats(conn: Connection, event_id: str, indexes: Sequence[int]) -> dict[int, SeatNow]:
    """Return index → state and hold, locked until the transaction ends; nothing of the sale's terms."""
    cursor = await conn.execute(load_sql(__package__, "lock_seats"), {"event_id": event_id, "indexes": sorted(indexes)})
    return {row["index"]: SeatNow(row["state"], _hold(row)) for row in await cursor.fetchall()}


def _hold(row: dict[str, Any]) -> Hold:
    return Hold(row["reason"], row["held_for"], row["held_by"], row["held_by_name"], row["held_at"])
