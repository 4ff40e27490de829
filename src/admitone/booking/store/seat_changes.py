"""What organizers did with seats, and what was undone of it."""

from datetime import datetime
from typing import Any

import msgspec

from admitone.booking.domain.seat_changes import SeatChange
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

KEPT_MAX = 100
"""Changes that are kept of an event."""


async def insert_change(conn: Connection, change: SeatChange, *, organization_id: str, event_id: str) -> None:
    await conn.execute(
        load_sql(__package__, "insert_seat_change"),
        {
            "id": change.id,
            "event_id": event_id,
            "organization_id": organization_id,
            "seat_map_id": change.seat_map_id,
            "act": change.act.value,
            "price_level_id": change.price_level_id,
            "parts": msgspec.json.encode(change.parts).decode(),
            "price": None if change.price is None else msgspec.json.encode(change.price).decode(),
            "made_by": change.made_by,
            "made_by_name": change.made_by_name,
            "made_at": change.made_at,
            "kept": KEPT_MAX,
        },
    )


async def list_changes(conn: Connection, organization_id: str, event_id: str, most: int) -> list[SeatChange]:
    """Return the newest first."""
    owned = {"event_id": event_id, "organization_id": organization_id, "most": most}
    rows = await (await conn.execute(load_sql(__package__, "list_seat_changes"), owned)).fetchall()
    return [_change(row) for row in rows]


async def read_change(conn: Connection, organization_id: str, event_id: str, change_id: str) -> SeatChange | None:
    """Return None for another organization's."""
    owned = {"id": change_id, "event_id": event_id, "organization_id": organization_id}
    row = await (await conn.execute(load_sql(__package__, "read_seat_change"), owned)).fetchone()
    return None if row is None else _change(row)


async def lock_change(conn: Connection, organization_id: str, event_id: str, change_id: str) -> SeatChange | None:
    """Return the change, locked until the transaction ends; None for another organization's."""
    owned = {"id": change_id, "event_id": event_id, "organization_id": organization_id}
    row = await (await conn.execute(load_sql(__package__, "lock_seat_change"), owned)).fetchone()
    return None if row is None else _change(row)


async def mark_undone(conn: Connection, change_id: str, *, by_name: str, at: datetime) -> None:
    """Record it of a change that the caller has locked."""
    await conn.execute(
        load_sql(__package__, "mark_undone"), {"id": change_id, "undone_at": at, "undone_by_name": by_name}
    )


def _change(row: dict[str, Any]) -> SeatChange:
    return msgspec.convert(row, SeatChange)
