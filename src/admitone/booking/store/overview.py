"""The overview that organizers see first. The owner is in every WHERE clause."""

from datetime import datetime
from typing import Any

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]


async def list_coming(
    conn: Connection, organization_id: str, *, since: datetime, until: datetime, size: int
) -> list[Row]:
    """Return {event_id, starts_at, open, capacity, available, sold} of events that begin soon."""
    asked = {"organization_id": organization_id, "since": since, "until": until, "size": size}
    return await (await conn.execute(load_sql(__package__, "list_coming"), asked)).fetchall()


async def list_unpublished(
    conn: Connection, organization_id: str, *, now: datetime, until: datetime, size: int
) -> list[Row]:
    """Return {event_id, on_sale_at, starts_at} of drafts whose sale, or which themselves, begin soon."""
    asked = {"organization_id": organization_id, "now": now, "until": until, "size": size}
    return await (await conn.execute(load_sql(__package__, "list_unpublished"), asked)).fetchall()


async def list_low_stock(conn: Connection, organization_id: str, *, now: datetime, part: float, size: int) -> list[Row]:
    """Return {event_id, capacity, available} of events on sale with at most `part` of their places left."""
    asked = {"organization_id": organization_id, "now": now, "part": part, "size": size}
    return await (await conn.execute(load_sql(__package__, "list_low_stock"), asked)).fetchall()


async def sum_sold_since(conn: Connection, organization_id: str, since: datetime) -> list[Row]:
    """Return {currency, bookings, tickets, total}."""
    asked = {"organization_id": organization_id, "since": since}
    return await (await conn.execute(load_sql(__package__, "sum_sold_since"), asked)).fetchall()


async def list_disputed(conn: Connection, organization_id: str, *, size: int) -> list[Row]:
    """Return {booking_id, event_id, disputed_at}, the latest first."""
    asked = {"organization_id": organization_id, "size": size}
    return await (await conn.execute(load_sql(__package__, "list_disputed"), asked)).fetchall()
