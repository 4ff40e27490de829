"""What bookings and waiting lists store of one person, found by the address."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from admitone.booking.domain.buyer import normal_form
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class UnfinishedBooking(Struct, frozen=True):
    """`is_held`: held or being paid; otherwise its show is not over. `starts_at` None: without a date."""

    id: str
    is_held: bool
    starts_at: datetime | None


async def list_person_bookings(conn: Connection, address: str) -> list[dict[str, Any]]:
    return await (await conn.execute(load_sql(__package__, "list_person_bookings"), _person(address))).fetchall()


async def list_person_entries(conn: Connection, address: str) -> list[dict[str, Any]]:
    return await (await conn.execute(load_sql(__package__, "list_person_entries"), _person(address))).fetchall()


async def list_unfinished_bookings(
    conn: Connection, address: str, booking_ids: Sequence[str], *, now: datetime
) -> list[UnfinishedBooking]:
    cursor = await conn.execute(
        load_sql(__package__, "list_unfinished_bookings"),
        {**_person(address), "booking_ids": list(booking_ids), "now": now},
    )
    return [UnfinishedBooking(**row) for row in await cursor.fetchall()]


async def leave_all_lists(conn: Connection, address: str) -> list[str]:
    """Return the events of the entries that left."""
    cursor = await conn.execute(load_sql(__package__, "leave_all_lists"), _person(address))
    return sorted({row["event_id"] for row in await cursor.fetchall()})


async def erase_person(conn: Connection, address: str) -> dict[str, int]:
    """Return the number of changed rows by table. Needs a transaction."""
    entries = await conn.execute(load_sql(__package__, "erase_waiting_entries"), _person(address))
    words = await conn.execute(load_sql(__package__, "erase_booking_words"), _person(address))
    bookings = await conn.execute(load_sql(__package__, "erase_buyers"), _person(address))
    return {
        "booking.waiting_entries": entries.rowcount,
        "booking.booking_words": words.rowcount,
        "booking.bookings": bookings.rowcount,
    }


def _person(address: str) -> dict[str, str]:
    return {"buyer_key": normal_form(address), "address": address}
