"""Corrections of a booking's address by its buyer."""

from datetime import datetime

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.booking.store.booking_rows import stored_booking
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class LockedBooking(Struct, frozen=True):
    booking: Booking
    is_disputed: bool
    is_erased: bool
    has_tickets: bool


class Correction(Struct, frozen=True):
    """`new_email` None: it has ended."""

    id: str
    booking_id: str
    new_email: str | None
    state: str


class CorrectionFact(Struct, frozen=True):
    """`new_email`: of one that is open. `ended_at` None: it is open."""

    asked_at: datetime
    new_email: str | None
    state: str
    ended_at: datetime | None


async def list_corrections(conn: Connection, booking_id: str) -> list[CorrectionFact]:
    """Return the earliest first."""
    rows = await (await conn.execute(load_sql(__package__, "list_corrections"), {"booking_id": booking_id})).fetchall()
    return [CorrectionFact(**row) for row in rows]


async def lock_corrected_booking(conn: Connection, booking_id: str) -> LockedBooking | None:
    cursor = await conn.execute(load_sql(__package__, "lock_corrected_booking"), {"id": booking_id})
    row = await cursor.fetchone()
    if row is None:
        return None
    return LockedBooking(stored_booking(row).booking, row["is_disputed"], row["is_erased"], row["has_tickets"])


async def insert_correction(
    conn: Connection, correction: Correction, *, block_key: str | None, booking_max: int, block_max: int, hours: int
) -> datetime | None:
    """Return when it lapses; None over a limit. The caller has locked the booking."""
    if block_key is not None:
        await conn.execute(load_sql(__package__, "lock_correction_block"), {"block_key": block_key})
    await end_correction(conn, correction.booking_id, "replaced")
    cursor = await conn.execute(
        load_sql(__package__, "insert_correction"),
        {
            "id": correction.id,
            "booking_id": correction.booking_id,
            "new_email": correction.new_email,
            "block_key": block_key,
            "booking_max": booking_max,
            "block_max": block_max,
            "hours": hours,
        },
    )
    row = await cursor.fetchone()
    expires_at: datetime | None = None if row is None else row["expires_at"]
    return expires_at


async def end_correction(conn: Connection, booking_id: str, state: str) -> None:
    await conn.execute(load_sql(__package__, "end_correction"), {"booking_id": booking_id, "state": state})


async def read_correction(conn: Connection, correction_id: str) -> Correction | None:
    row = await (await conn.execute(load_sql(__package__, "read_correction"), {"id": correction_id})).fetchone()
    return None if row is None else Correction(**row)


async def correct_address(conn: Connection, booking_id: str, email: str) -> Booking:
    cursor = await conn.execute(load_sql(__package__, "correct_address"), {"id": booking_id, "email": email})
    row = await cursor.fetchone()
    assert row is not None, "the caller has locked the booking"
    return stored_booking(row).booking


async def lapse_corrections(conn: Connection) -> None:
    await conn.execute(load_sql(__package__, "lapse_corrections"))
