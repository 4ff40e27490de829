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


async def erase_person(conn: Connection, address: str) -> dict[str, int]:
    """Return the number of changed rows by table. Needs a transaction."""
    tickets = await conn.execute(load_sql(__package__, "erase_ticket_holders"), {"address": address})
    transfers = await conn.execute(load_sql(__package__, "erase_transfers"), {"address": address})
    return {"tickets.tickets": tickets.rowcount, "tickets.transfers": transfers.rowcount}
