"""What transfers and tickets store of one person, found by the address and by the person's bookings."""

from collections.abc import Sequence
from typing import Any

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def list_person_transfers(conn: Connection, address: str, booking_ids: Sequence[str]) -> list[dict[str, Any]]:
    cursor = await conn.execute(
        load_sql(__package__, "list_person_transfers"), {"address": address, "booking_ids": list(booking_ids)}
    )
    return await cursor.fetchall()


async def list_person_tickets(conn: Connection, address: str, booking_ids: Sequence[str]) -> list[dict[str, Any]]:
    cursor = await conn.execute(
        load_sql(__package__, "list_person_tickets"), {"address": address, "booking_ids": list(booking_ids)}
    )
    return await cursor.fetchall()


async def erase_transfers(
    conn: Connection, address: str, booking_ids: Sequence[str], transfer_ids: Sequence[str]
) -> dict[str, int]:
    """Return the number of changed rows by table. Needs a transaction."""
    given = {"address": address, "booking_ids": list(booking_ids), "transfer_ids": list(transfer_ids)}
    guests = await conn.execute(load_sql(__package__, "erase_guests"), given)
    tickets = await conn.execute(load_sql(__package__, "erase_ticket_holders"), given)
    transfers = await conn.execute(load_sql(__package__, "erase_transfers"), given)
    return {"tickets.tickets": guests.rowcount + tickets.rowcount, "tickets.transfers": transfers.rowcount}


async def erase_booking_transfers(conn: Connection, event_id: str, booking_ids: Sequence[str]) -> int:
    """Return the number of changed rows. Needs a transaction."""
    given = {"event_id": event_id, "booking_ids": list(booking_ids)}
    tickets = await conn.execute(load_sql(__package__, "erase_booking_holders"), given)
    transfers = await conn.execute(load_sql(__package__, "erase_booking_transfers"), given)
    return tickets.rowcount + transfers.rowcount
