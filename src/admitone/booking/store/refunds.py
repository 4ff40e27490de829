"""Sold tickets that are refunded, revoked unpaid, or disputed."""

from collections.abc import Collection, Sequence

from admitone.booking.store.booking_rows import StoredBooking, stored_booking
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def refund_tickets(
    conn: Connection, booking_id: str, *, organization_id: str | None, indexes: Sequence[int], return_seats: bool
) -> StoredBooking | None:
    """Return the booking without these tickets; None if it no longer has all of them."""
    cursor = await conn.execute(
        load_sql(__package__, "refund_tickets"),
        {
            "id": booking_id,
            "organization_id": organization_id,
            "indexes": sorted(indexes),
            "return_seats": return_seats,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)


async def revoke_sale(conn: Connection, booking_id: str) -> StoredBooking | None:
    """Return the booking, failed and without its tickets; None if that was done before, or there is no sale."""
    cursor = await conn.execute(load_sql(__package__, "revoke_sale"), {"id": booking_id})
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)


async def mark_disputed(conn: Connection, booking_id: str, *, is_disputed: bool) -> None:
    await conn.execute(load_sql(__package__, "mark_disputed"), {"id": booking_id, "is_disputed": is_disputed})


async def lock_sold_places(conn: Connection, places: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those of the places (booking id, index) that their bookings have; lock them until the transaction ends."""
    arguments = {
        "booking_ids": [booking_id for booking_id, _ in places],
        "indexes": [index for _, index in places],
    }
    cursor = await conn.execute(load_sql(__package__, "lock_sold_places"), arguments)
    return {(row["booking_id"], row["index"]) for row in await cursor.fetchall()}
