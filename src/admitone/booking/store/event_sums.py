"""Sums over the bookings of several events. The owner is in the WHERE clause."""

from collections.abc import Sequence
from typing import Any

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def sum_events(conn: Connection, organization_id: str, event_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return {event_id, capacity, currency, bookings, tickets, total} of events that were published."""
    owned = {"event_ids": list(event_ids), "organization_id": organization_id}
    return await (await conn.execute(load_sql(__package__, "sum_events"), owned)).fetchall()
