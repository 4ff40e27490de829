"""Bookings by buyer, and by event for messages to its buyers."""

from datetime import datetime

from admitone.booking.contracts import Booking, BuyerChoice, StartingEvent
from admitone.booking.domain.buyer import normal_form
from admitone.booking.store.booking_rows import stored_booking
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

BOOKINGS_MAX = 200


async def list_event_buyers(conn: Connection, event_id: str, *, after_id: str, size: int) -> list[Booking]:
    cursor = await conn.execute(
        load_sql(__package__, "list_event_buyers"), {"event_id": event_id, "after_id": after_id, "size": size}
    )
    return [stored_booking(row).booking for row in await cursor.fetchall()]


async def count_event_buyers(conn: Connection, event_id: str) -> int:
    cursor = await conn.execute(load_sql(__package__, "count_event_buyers"), {"event_id": event_id})
    row = await cursor.fetchone()
    assert row is not None, "a count is one row"
    return int(row["bookings"])


async def count_chosen_buyers(conn: Connection, event_id: str, choice: BuyerChoice) -> int:
    values = {
        "event_id": event_id,
        "levels": list(choice.price_level_ids),
        "tickets": list(choice.admitted),
        "bookings": list(choice.admitted.values()),
    }
    row = await (await conn.execute(load_sql(__package__, "count_chosen_buyers"), values)).fetchone()
    assert row is not None, "a count is one row"
    return int(row["bookings"])


async def list_address_bookings(conn: Connection, address: str) -> list[Booking]:
    """Return at most `BOOKINGS_MAX` bookings, the newest first. The address is compared without its case."""
    cursor = await conn.execute(
        load_sql(__package__, "list_address_bookings"),
        {"buyer_key": normal_form(address), "address": address.lower(), "size": BOOKINGS_MAX},
    )
    return [stored_booking(row).booking for row in await cursor.fetchall()]


async def list_starting_events(conn: Connection, starts_from: datetime, starts_to: datetime) -> list[StartingEvent]:
    cursor = await conn.execute(
        load_sql(__package__, "list_starting_events"), {"starts_from": starts_from, "starts_to": starts_to}
    )
    return [StartingEvent(**row) for row in await cursor.fetchall()]
