"""Sold tickets that their buyers offer, and how a place goes from one buyer to the next."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from admitone.booking.store.booking_rows import StoredBooking, stored_booking
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]

PLACES_MAX = 500
OFFERS_MAX = 5
"""How often a ticket can be offered within a day: each offer, and each withdrawal, sends a mail."""
LATE_MAX = 200


class ResalePlace(Struct, frozen=True):
    """A place on offer; `booking_id` has it."""

    id: str
    index: int
    booking_id: str


class PlaceOnOffer(Struct, frozen=True):
    """`is_held`: by another booking. `is_withdrawing`: its buyer took it back meanwhile."""

    is_held: bool
    is_withdrawing: bool


async def insert_resales(conn: Connection, *, booking_id: str, event_id: str, ids: Mapping[int, str]) -> None:
    """Offer the places of a booking (index → id of the offer); one that is on offer already stays so, also if its buyer
    had taken it back."""
    arguments = {"booking_id": booking_id, "event_id": event_id, "ids": list(ids.values()), "indexes": list(ids)}
    await conn.execute(load_sql(__package__, "insert_resales"), arguments)


async def is_disputed(conn: Connection, booking_id: str) -> bool:
    """Return whether the money of a booking is in dispute."""
    row = await (await conn.execute(load_sql(__package__, "is_disputed"), {"booking_id": booking_id})).fetchone()
    return row is not None and bool(row["disputed"])


async def list_spent_offers(conn: Connection, booking_id: str, indexes: Sequence[int]) -> dict[int, int]:
    """Return index → seconds until the next offer is possible, of the places that were offered very often today."""
    arguments = {"booking_id": booking_id, "indexes": list(indexes), "offers_max": OFFERS_MAX}
    cursor = await conn.execute(load_sql(__package__, "list_spent_offers"), arguments)
    return {row["index"]: max(1, row["wait_seconds"]) for row in await cursor.fetchall()}


async def withdraw_resales(conn: Connection, booking_id: str, indexes: Sequence[int]) -> dict[int, bool]:
    """Return index → whether another booking holds it, so that it is withdrawn when that booking does not buy. Empty:
    one of them is not on offer, and none is withdrawn."""
    arguments = {"booking_id": booking_id, "indexes": list(indexes)}
    cursor = await conn.execute(load_sql(__package__, "withdraw_resales"), arguments)
    return {row["index"]: row["is_held"] for row in await cursor.fetchall()}


async def free_stale_claims(conn: Connection) -> set[str]:
    """Clear the claims of bookings that are over; return the ids of their events."""
    cursor = await conn.execute(load_sql(__package__, "free_stale_claims"), {"rows_max": LATE_MAX})
    return {row["event_id"] for row in await cursor.fetchall()}


async def end_withdrawn(conn: Connection) -> list[Row]:
    """Withdraw what buyers took back while others held it. Return {event_id, booking_id, buyer_email, buyer_name,
    indexes, ended_at}."""
    return await (await conn.execute(load_sql(__package__, "end_withdrawn"), {"rows_max": LATE_MAX})).fetchall()


async def list_resales(conn: Connection, booking_id: str) -> dict[int, PlaceOnOffer]:
    """Return the places of a booking that are on offer, by index."""
    cursor = await conn.execute(load_sql(__package__, "list_resales"), {"booking_id": booking_id})
    return {row["index"]: PlaceOnOffer(row["is_held"], row["is_withdrawing"]) for row in await cursor.fetchall()}


async def has_resales(conn: Connection, event_id: str) -> bool:
    """Return whether tickets of the event are on offer that no booking holds."""
    row = await (await conn.execute(load_sql(__package__, "has_resales"), {"event_id": event_id})).fetchone()
    return row is not None and bool(row["found"])


async def list_resale_places(conn: Connection, event_id: str) -> list[Row]:
    """Return {id, index, booking_id, level_id, area_id} of the places that can be offered, the earliest first."""
    arguments = {"event_id": event_id, "rows_max": PLACES_MAX}
    return await (await conn.execute(load_sql(__package__, "list_resale_places"), arguments)).fetchall()


async def end_resales(conn: Connection, ids: Sequence[str]) -> list[Row]:
    """End offers whose tickets cannot be sold any more. Return the rows of `end_late_resales`."""
    return await (await conn.execute(load_sql(__package__, "end_resales"), {"ids": list(ids)})).fetchall()


async def end_late_resales(conn: Connection) -> list[Row]:
    """End offers that are not sold any more. Return {event_id, booking_id, is_cancelled, buyer_email, buyer_name,
    indexes, ended_at} of those that ended now."""
    return await (await conn.execute(load_sql(__package__, "end_late_resales"), {"rows_max": LATE_MAX})).fetchall()


async def list_claimed_resales(conn: Connection, booking_id: str) -> list[ResalePlace]:
    """Return the places of other buyers that the booking holds."""
    cursor = await conn.execute(load_sql(__package__, "list_claimed_resales"), {"booking_id": booking_id})
    return [ResalePlace(**row) for row in await cursor.fetchall()]


async def lock_sale_of_resales(conn: Connection, ids: Sequence[str]) -> dict[str, StoredBooking]:
    """Lock the bookings of a sale of offered places; return them by id."""
    cursor = await conn.execute(load_sql(__package__, "lock_sale_of_resales"), {"ids": list(ids)})
    return {row["id"]: stored_booking(row) for row in await cursor.fetchall()}


async def take_over_places(conn: Connection, booking_id: str, attempt: int) -> list[ResalePlace]:
    """Make the offered places that the booking holds its own; return them, with the bookings that had them."""
    arguments = {"booking_id": booking_id, "attempt": attempt}
    cursor = await conn.execute(load_sql(__package__, "take_over_places"), arguments)
    return [ResalePlace(**row) for row in await cursor.fetchall()]
