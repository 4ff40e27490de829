"""Export and erase what transfers and tickets store of people (`booking.contracts.personal_data`)."""

from collections.abc import Sequence

from admitone.booking.contracts.personal_data import TransfersFound
from admitone.kit.postgres import Pool
from admitone.tickets.store import personal_data as store


async def find_transfers(pool: Pool, address: str, booking_ids: Sequence[str]) -> TransfersFound:
    async with pool.connection() as conn, conn.transaction():
        return TransfersFound(
            transfers=await store.list_person_transfers(conn, address, booking_ids),
            tickets=await store.list_person_tickets(conn, address, booking_ids),
        )


async def erase_transfers(
    pool: Pool, address: str, booking_ids: Sequence[str], transfer_ids: Sequence[str]
) -> dict[str, int]:
    async with pool.connection() as conn, conn.transaction():
        return await store.erase_transfers(conn, address, booking_ids, transfer_ids)


async def erase_booking_transfers(pool: Pool, event_id: str, booking_ids: Sequence[str]) -> int:
    async with pool.connection() as conn, conn.transaction():
        return await store.erase_booking_transfers(conn, event_id, booking_ids)
