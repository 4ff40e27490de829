"""Export and erase what bookings and waiting lists store of one person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from admitone.booking.store import personal_data as store
from admitone.booking.store.personal_data import UnfinishedBooking
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.kit.jobs import Defer
from admitone.kit.postgres import Pool

__all__ = ("UnfinishedBooking", "erase_person", "export_person", "list_unfinished_bookings")


async def export_person(pool: Pool, *, address: str) -> dict[str, list[dict[str, Any]]]:
    async with pool.connection() as conn, conn.transaction():
        return {
            "bookings": await store.list_person_bookings(conn, address),
            "waiting_list_entries": await store.list_person_entries(conn, address),
        }


async def list_unfinished_bookings(
    pool: Pool, *, address: str, booking_ids: Sequence[str], now: datetime
) -> list[UnfinishedBooking]:
    """Return bookings of the address, and of `booking_ids`, that are held, being paid, or whose show is not over."""
    async with pool.connection() as conn:
        return await store.list_unfinished_bookings(conn, address, booking_ids, now=now)


async def erase_person(pool: Pool, defer: Defer, *, address: str) -> dict[str, int]:
    """Remove name and address in one transaction; return the number of changed rows by table.

    Entries that wait leave their lists. Bookings that are held or being paid stay whole.
    """
    async with pool.connection() as conn, conn.transaction():
        for event_id in await store.leave_all_lists(conn, address):
            await defer(conn, OFFER_JOB, event_id=event_id)  # its entry may have been the last one that waited
        return await store.erase_person(conn, address)
