"""Payments of bookings: an attempt to pay begins, ends, waits for the buyer's bank, or is taken over."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from admitone.booking.domain import attempt_limits
from admitone.booking.store.booking_rows import StoredBooking, stored_booking
from admitone.booking.store.claims import lock_people
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class PaymentStart(Struct, frozen=True):
    booking_id: str
    event_id: str
    buyer_email: str | None
    buyer_name: str | None
    buyer_key: str | None
    ticket_limit: int
    payment_method: str | None = None
    agreed_terms: str | None = None
    """The version of the organizer's terms that the buyer agrees to."""


async def begin_payments(conn: Connection, starts: Sequence[PaymentStart]) -> dict[str, StoredBooking]:
    """Return the bookings that may be paid now; the others are missing. Runs in the caller's transaction."""
    named = [(start.event_id, "buyer", start.buyer_key) for start in starts if start.buyer_key is not None]
    await lock_people(conn, named)
    cursor = await conn.execute(
        load_sql(__package__, "begin_payments"),
        {
            "ids": [start.booking_id for start in starts],
            "emails": [start.buyer_email for start in starts],
            "names": [start.buyer_name for start in starts],
            "buyer_keys": [start.buyer_key for start in starts],
            "limits": [start.ticket_limit for start in starts],
            "attempts_free": attempt_limits.ATTEMPTS_FREE,
            "wait_seconds": attempt_limits.ATTEMPT_WAIT_SECONDS,
            "doublings_max": attempt_limits.ATTEMPT_DOUBLINGS_MAX,
        },
    )
    return {row["id"]: stored_booking(row) for row in await cursor.fetchall()}


async def end_payments(conn: Connection, attempts: Sequence[tuple[str, int]]) -> None:
    """Return (booking id, attempt) to in_progress after its payment failed."""
    await conn.execute(
        load_sql(__package__, "end_payments"),
        {"ids": [booking_id for booking_id, _ in attempts], "attempts": [attempt for _, attempt in attempts]},
    )


class ExtendedHold(Struct, frozen=True):
    """When a hold ends now, and whether it was extended."""

    expires_at: datetime
    is_extended: bool


async def extend_hold_for_authentication(
    conn: Connection, booking_id: str, attempt: int, seconds: int
) -> ExtendedHold | None:
    """The bank asks the buyer: back to in_progress, extended once. None if that attempt is over."""
    cursor = await conn.execute(
        load_sql(__package__, "extend_hold_for_authentication"),
        {"id": booking_id, "attempt": attempt, "seconds": seconds},
    )
    row = await cursor.fetchone()
    return None if row is None else ExtendedHold(**row)


async def begin_late_payment(conn: Connection, booking_id: str, attempt: int) -> StoredBooking | None:
    """Begin the payment of a lapsed booking and return it; None if it is over or its event is no longer sold."""
    cursor = await conn.execute(load_sql(__package__, "begin_late_payment"), {"id": booking_id, "attempt": attempt})
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)


async def take_over_payment(conn: Connection, booking_id: str, attempt: int) -> StoredBooking | None:
    """Return the booking under a new attempt; a process with the earlier attempt can no longer sell it."""
    cursor = await conn.execute(load_sql(__package__, "take_over_payment"), {"id": booking_id, "attempt": attempt})
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)
