"""Changes of seats that a job makes at a moment."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from admitone.booking.domain.scheduled_changes import ScheduledChange
from admitone.booking.domain.seat_changes import LeftAlone
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

KEPT_MAX = 100
"""Changes that ended, and are kept of an event."""


async def insert_scheduled(conn: Connection, scheduled: ScheduledChange, *, most: int) -> bool:
    """Return False if the id is known, or the event has `most` scheduled changes."""
    row = {
        **msgspec.structs.asdict(scheduled),
        "act": scheduled.act.value,
        "parts": msgspec.json.encode(scheduled.parts).decode(),
        "price": None if scheduled.price is None else msgspec.json.encode(scheduled.price).decode(),
        "most": most,
        "kept": KEPT_MAX,
    }
    return await (await conn.execute(load_sql(__package__, "insert_scheduled_change"), row)).fetchone() is not None


async def list_scheduled(conn: Connection, organization_id: str, event_id: str, most: int) -> list[ScheduledChange]:
    """Return those to come first, the next first; then those that ended, the newest first."""
    owned = {"event_id": event_id, "organization_id": organization_id, "most": most}
    rows = await (await conn.execute(load_sql(__package__, "list_scheduled_changes"), owned)).fetchall()
    return [_scheduled(row) for row in rows]


async def read_scheduled(conn: Connection, scheduled_id: str) -> ScheduledChange | None:
    row = await (await conn.execute(load_sql(__package__, "read_scheduled_change"), {"id": scheduled_id})).fetchone()
    return None if row is None else _scheduled(row)


async def read_own_scheduled(
    conn: Connection, organization_id: str, event_id: str, scheduled_id: str
) -> ScheduledChange | None:
    """Return None for another organization's."""
    owned = {"id": scheduled_id, "event_id": event_id, "organization_id": organization_id}
    row = await (await conn.execute(load_sql(__package__, "read_own_scheduled_change"), owned)).fetchone()
    return None if row is None else _scheduled(row)


async def end_scheduled(
    conn: Connection, scheduled_id: str, *, at: datetime, left_alone: Mapping[LeftAlone, Sequence[int]]
) -> bool:
    """Return False if it was made or cancelled before."""
    ended = {"id": scheduled_id, "ended_at": at, "left_alone": msgspec.json.encode(left_alone).decode()}
    return await (await conn.execute(load_sql(__package__, "end_scheduled_change"), ended)).fetchone() is not None


async def fail_scheduled(conn: Connection, scheduled_id: str, *, at: datetime) -> None:
    """Record that it cannot be made; one that ended before stays as it is."""
    await conn.execute(load_sql(__package__, "fail_scheduled_change"), {"id": scheduled_id, "ended_at": at})


async def cancel_scheduled(
    conn: Connection, organization_id: str, event_id: str, scheduled_id: str, *, by_name: str, at: datetime
) -> bool:
    """Return False if it was made or cancelled before, or is another organization's."""
    cancelled = {
        "id": scheduled_id,
        "event_id": event_id,
        "organization_id": organization_id,
        "ended_at": at,
        "ended_by_name": by_name,
    }
    cursor = await conn.execute(load_sql(__package__, "cancel_scheduled_change"), cancelled)
    return await cursor.fetchone() is not None


def _scheduled(row: dict[str, Any]) -> ScheduledChange:
    return msgspec.convert(row, ScheduledChange)
