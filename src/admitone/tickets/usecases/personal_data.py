"""Export and erase what transfers and tickets store of one person."""

from collections.abc import Sequence
from typing import Any

from admitone.kit.postgres import Pool
from admitone.tickets.store import personal_data as store


async def export_person(pool: Pool, *, address: str, booking_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """`booking_ids`: the person's own bookings."""
    async with pool.connection() as conn, conn.transaction():
        return {
            "transfers": await store.list_person_transfers(conn, address, booking_ids),
            "tickets": await store.list_person_tickets(conn, address, booking_ids),
        }


async def erase_person(pool: Pool, *, address: str) -> dict[str, int]:
    """Replace name and address in one transaction; return the number of changed rows by table."""
    async with pool.connection() as conn, conn.transaction():
        return await store.erase_person(conn, address)
