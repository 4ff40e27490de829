"""Tickets that moved to another seat: the move, its locks, and its record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from admitone.booking.contracts import BookedTicket
from admitone.booking.store.booking_rows import StoredBooking, stored_booking, stored_text
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class Exchange(Struct, frozen=True):
    """A ticket of a booking left `from_index` and took `to_index`. Places in words, as its tickets named them."""

    id: str
    booking_id: str
    event_id: str
    from_index: int
    to_index: int
    from_place: str
    to_place: str
    made_by: str
    made_by_name: str
    exchanged_at: datetime


async def read_exchange(conn: Connection, exchange_id: str) -> Exchange | None:
    cursor = await conn.execute(load_sql(__package__, "read_exchange"), {"id": exchange_id})
    row = await cursor.fetchone()
    return None if row is None else Exchange(**row)


async def list_exchanges(conn: Connection, booking_id: str) -> list[Exchange]:
    """Return the earliest first."""
    cursor = await conn.execute(load_sql(__package__, "list_exchanges"), {"booking_id": booking_id})
    return [Exchange(**row) for row in await cursor.fetchall()]


async def list_exchangeable(conn: Connection, event_id: str) -> list[int]:
    """Return the indexes of seats that are for sale or held back, ascending."""
    cursor = await conn.execute(load_sql(__package__, "list_exchangeable"), {"event_id": event_id})
    return [row["index"] for row in await cursor.fetchall()]


async def lock_places(conn: Connection, event_id: str, indexes: Sequence[int]) -> dict[int, str]:
    """Return index → state, locked until the transaction ends."""
    cursor = await conn.execute(
        load_sql(__package__, "lock_places"), {"event_id": event_id, "indexes": sorted(indexes)}
    )
    return {row["index"]: row["state"] for row in await cursor.fetchall()}


async def lock_booking(
    conn: Connection, booking_id: str, *, organization_id: str
) -> tuple[StoredBooking, datetime, bool] | None:
    """Return the booking, the time by PostgreSQL's clock, and whether its money is in dispute. Call it after
    `lock_places`."""
    cursor = await conn.execute(
        load_sql(__package__, "lock_booking"), {"id": booking_id, "organization_id": organization_id}
    )
    row: dict[str, Any] | None = await cursor.fetchone()
    return None if row is None else (stored_booking(row), row["moment"], row["disputed_at"] is not None)


async def exchange_place(
    conn: Connection, exchange: Exchange, tickets: tuple[BookedTicket, ...], *, organization_id: str
) -> StoredBooking | None:
    """Return the booking after it; None if it does not have the old place, or cannot have the new one."""
    cursor = await conn.execute(
        load_sql(__package__, "exchange_place"),
        {
            "id": exchange.id,
            "booking_id": exchange.booking_id,
            "organization_id": organization_id,
            "event_id": exchange.event_id,
            "from_index": exchange.from_index,
            "to_index": exchange.to_index,
            "from_place": exchange.from_place,
            "to_place": exchange.to_place,
            "tickets": stored_text(tickets),
            "made_by": exchange.made_by,
            "made_by_name": exchange.made_by_name,
            "exchanged_at": exchange.exchanged_at,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)
