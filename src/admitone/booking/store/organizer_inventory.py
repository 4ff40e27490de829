"""The organizer's queries of a sale, and held back places. Every WHERE clause contains the owner."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]


async def read_own_inventory(conn: Connection, organization_id: str, event_id: str) -> Row | None:
    """Return {event_id, capacity}; None for another organization's event, or one that was never published."""
    owned = {"event_id": event_id, "organization_id": organization_id}
    return await (await conn.execute(load_sql(__package__, "read_own_inventory"), owned)).fetchone()


async def move_places(
    conn: Connection, organization_id: str, event_id: str, indexes: Sequence[int], *, from_state: str, to_state: str
) -> dict[int, bool]:
    """Return the indexes of places that were in `from_state` and moved to `to_state`.

    The value says whether a place that was put on sale is kept for the waiting list instead.
    """
    cursor = await conn.execute(
        load_sql(__package__, "move_places"),
        {
            "event_id": event_id,
            "organization_id": organization_id,
            "indexes": list(indexes),
            "from_state": from_state,
            "to_state": to_state,
        },
    )
    return {row["index"]: row["is_withheld"] for row in await cursor.fetchall()}


async def pick_area_places(conn: Connection, event_id: str, area_id: str, state: str, quantity: int) -> list[int]:
    cursor = await conn.execute(
        load_sql(__package__, "pick_area_places"),
        {"event_id": event_id, "area_id": area_id, "state": state, "quantity": quantity},
    )
    return [row["index"] for row in await cursor.fetchall()]


async def count_states(conn: Connection, event_id: str) -> list[Row]:
    """Return {area_id, state, places}."""
    return await (await conn.execute(load_sql(__package__, "count_states"), {"event_id": event_id})).fetchall()


async def list_held_back(conn: Connection, event_id: str) -> list[int]:
    cursor = await conn.execute(load_sql(__package__, "list_held_back"), {"event_id": event_id})
    return [row["index"] for row in await cursor.fetchall()]


async def sum_tickets(conn: Connection, organization_id: str, event_id: str) -> list[Row]:
    owned = {"event_id": event_id, "organization_id": organization_id}
    return await (await conn.execute(load_sql(__package__, "sum_tickets"), owned)).fetchall()


async def sum_bookings(conn: Connection, organization_id: str, event_id: str) -> list[Row]:
    owned = {"event_id": event_id, "organization_id": organization_id}
    return await (await conn.execute(load_sql(__package__, "sum_bookings"), owned)).fetchall()


async def sum_recent(
    conn: Connection, organization_id: str, event_id: str, *, since: datetime, step: timedelta
) -> list[Row]:
    """Return {step, bookings, tickets, total} of steps in which something was bought."""
    asked = {"event_id": event_id, "organization_id": organization_id, "since": since, "step": step}
    return await (await conn.execute(load_sql(__package__, "sum_recent"), asked)).fetchall()


async def count_checkouts(conn: Connection, organization_id: str, event_id: str) -> Row:
    """Return {held, paid_for, bought}: how many online bookings came so far."""
    owned = {"event_id": event_id, "organization_id": organization_id}
    row = await (await conn.execute(load_sql(__package__, "count_checkouts"), owned)).fetchone()
    assert row is not None, "counts are a row"
    return row
