"""Read bookings, and sweep those whose time has passed."""

from collections.abc import Sequence
from typing import Any

from admitone.booking.contracts import Booking
from admitone.booking.domain.promo import PromoTerms
from admitone.booking.store.booking_rows import StoredBooking, stored_booking, stored_text
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]

SWEPT_MAX = 1_000


async def read_booking(conn: Connection, booking_id: str) -> StoredBooking | None:
    return (await read_bookings(conn, [booking_id])).get(booking_id)


async def read_bookings(conn: Connection, ids: Sequence[str]) -> dict[str, StoredBooking]:
    cursor = await conn.execute(load_sql(__package__, "read_bookings"), {"ids": list(ids)})
    return {row["id"]: stored_booking(row) for row in await cursor.fetchall()}


async def read_confirmed_places(conn: Connection, ids: Sequence[str]) -> list[Row]:
    """Return {id, event_id, indexes} of those that are confirmed."""
    cursor = await conn.execute(load_sql(__package__, "read_confirmed_places"), {"ids": list(ids)})
    return await cursor.fetchall()


async def read_booking_by_key(conn: Connection, key: bytes) -> StoredBooking | None:
    return (await read_bookings_by_key(conn, [key])).get(key)


async def read_bookings_by_key(conn: Connection, keys: Sequence[bytes]) -> dict[bytes, StoredBooking]:
    """Return the bookings that idempotency keys (digests) made; the others are missing."""
    cursor = await conn.execute(load_sql(__package__, "read_bookings_by_key"), {"keys": list(keys)})
    return {bytes(row["idempotency_key"]): stored_booking(row) for row in await cursor.fetchall()}


async def read_bought_booking(conn: Connection, booking_id: str) -> StoredBooking | None:
    cursor = await conn.execute(load_sql(__package__, "read_bought_booking"), {"id": booking_id})
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)


async def read_ticket_holder(conn: Connection, event_id: str, index: int) -> StoredBooking | None:
    cursor = await conn.execute(load_sql(__package__, "read_ticket_holder"), {"event_id": event_id, "index": index})
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)


async def price_booking(conn: Connection, booking: Booking, promo: PromoTerms | None, *, before: str | None) -> bool:
    """Write the new price and the use into a hold; False if it is over, being paid, or does not have the code
    `before`."""
    cursor = await conn.execute(
        load_sql(__package__, "price_booking"),
        {
            "id": booking.id,
            "tickets": stored_text(booking.tickets),
            "subtotal": booking.subtotal - booking.discount,
            "fees": booking.fees,
            "promo_id": None if promo is None else promo.id,
            "promo_code": None if promo is None else promo.code,
            "before": before,
        },
    )
    return await cursor.fetchone() is not None


async def read_booking_states(conn: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return "live" or "sold" by id; bookings that ended unpaid are missing."""
    cursor = await conn.execute(load_sql(__package__, "read_booking_states"), {"ids": list(ids)})
    return {row["id"]: row["state"] for row in await cursor.fetchall()}


async def sweep_expired(conn: Connection) -> list[Row]:
    """Return {id, event_id, status} of at most `SWEPT_MAX` bookings that are due and not recorded as overdue."""
    cursor = await conn.execute(load_sql(__package__, "sweep_expired"), {"rows_max": SWEPT_MAX})
    return await cursor.fetchall()


async def forget_sold(conn: Connection) -> None:
    """Delete what the release before has left of its sales among the live bookings: at most `SWEPT_MAX` rows."""
    await conn.execute(load_sql(__package__, "forget_sold"), {"rows_max": SWEPT_MAX})


async def read_stalled_payments(conn: Connection, seconds: float) -> list[str]:
    """Return the ids of bookings that have been in payment for longer than `seconds` and are not overdue."""
    cursor = await conn.execute(load_sql(__package__, "read_stalled_payments"), {"seconds": seconds})
    return [row["id"] for row in await cursor.fetchall()]


async def record_overdue(conn: Connection, ids: Sequence[str]) -> None:
    await conn.execute(load_sql(__package__, "record_overdue"), {"ids": list(ids)})


async def read_overdue(conn: Connection) -> list[Row]:
    """Return {id, status, event_id, attempt, seconds, is_over} of bookings to ask the processor about."""
    cursor = await conn.execute(load_sql(__package__, "read_overdue"))
    return await cursor.fetchall()


async def clear_overdue(conn: Connection, ids: Sequence[str]) -> None:
    await conn.execute(load_sql(__package__, "clear_overdue"), {"ids": list(ids)})
