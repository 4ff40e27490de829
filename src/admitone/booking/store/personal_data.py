"""What bookings and waiting lists store of one person, found by the address."""

from collections.abc import Sequence
from typing import Any

from admitone.booking.domain.buyer import normal_form
from admitone.booking.domain.erasure import ConcernedBooking
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]


async def list_person_bookings(conn: Connection, address: str, organization_id: str | None) -> list[Row]:
    given = _person(address, organization_id)
    return await (await conn.execute(load_sql(__package__, "list_person_bookings"), given)).fetchall()


async def list_person_entries(conn: Connection, address: str, organization_id: str | None) -> list[Row]:
    given = _person(address, organization_id)
    return await (await conn.execute(load_sql(__package__, "list_person_entries"), given)).fetchall()


async def list_person_codes(conn: Connection, address: str, organization_id: str | None) -> list[Row]:
    given = _person(address, organization_id)
    return await (await conn.execute(load_sql(__package__, "list_person_codes"), given)).fetchall()


async def erase_recipients(conn: Connection, promo_ids: Sequence[str]) -> int:
    return (await conn.execute(load_sql(__package__, "erase_recipients"), {"ids": list(promo_ids)})).rowcount


async def list_concerned_bookings(
    conn: Connection, booking_ids: Sequence[str], organization_id: str | None
) -> list[ConcernedBooking]:
    cursor = await conn.execute(
        load_sql(__package__, "list_concerned_bookings"),
        {"ids": list(booking_ids), "organization_id": organization_id},
    )
    return [ConcernedBooking(**row) for row in await cursor.fetchall()]


async def leave_lists(conn: Connection, entry_ids: Sequence[str]) -> list[str]:
    """Return the events of the entries that left."""
    cursor = await conn.execute(load_sql(__package__, "leave_lists"), {"ids": list(entry_ids)})
    return sorted({row["event_id"] for row in await cursor.fetchall()})


async def erase_entries(conn: Connection, entry_ids: Sequence[str]) -> int:
    return (await conn.execute(load_sql(__package__, "erase_waiting_entries"), {"ids": list(entry_ids)})).rowcount


async def erase_buyers(conn: Connection, booking_ids: Sequence[str]) -> dict[str, int]:
    """Return the number of changed rows by table. Needs a transaction.

    First the bookings: who corrects an address locks the booking, then the correction.
    """
    given = {"ids": list(booking_ids)}
    bookings = await conn.execute(load_sql(__package__, "erase_buyers"), given)
    words = await conn.execute(load_sql(__package__, "erase_booking_words"), given)
    notes = await conn.execute(load_sql(__package__, "erase_notes"), given)
    corrections = await conn.execute(load_sql(__package__, "erase_corrections"), given)
    return {
        "booking.address_corrections": corrections.rowcount,
        "booking.notes": notes.rowcount,
        "booking.booking_words": words.rowcount,
        "booking.bookings": bookings.rowcount,
    }


async def rekey_corrected(conn: Connection, address: str, organization_id: str | None) -> int:
    """Count bookings by the address that an organizer put in the place of this one. Return how many."""
    cursor = await conn.execute(load_sql(__package__, "list_other_addresses"), _person(address, organization_id))
    known = {row["id"]: normal_form(row["buyer_email"]) for row in await cursor.fetchall()}
    corrected = {booking_id: key for booking_id, key in known.items() if key != normal_form(address)}
    changed = await conn.execute(
        load_sql(__package__, "rekey_bookings"), {"ids": list(corrected), "buyer_keys": list(corrected.values())}
    )
    return changed.rowcount


def _person(address: str, organization_id: str | None) -> Row:
    return {"buyer_key": normal_form(address), "address": address, "organization_id": organization_id}
