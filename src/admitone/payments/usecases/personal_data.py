"""Export and erase what payments store of buyers (`FindPayers`, `ErasePayers`, `EraseBookingPayers`)."""

from collections.abc import Sequence
from typing import Any

from admitone.kit.postgres import Pool
from admitone.payments.contracts import OpenMoney
from admitone.payments.store import personal_data as store
from admitone.payments.store.cards import erase_booking_cards, erase_cards


async def find_payers(pool: Pool, address: str, booking_ids: Sequence[str] | None) -> list[dict[str, Any]]:
    async with pool.connection() as conn:
        return await store.list_payers(conn, address, booking_ids)


async def erase_payers(pool: Pool, address: str, booking_ids: Sequence[str] | None) -> dict[str, int]:
    async with pool.connection() as conn, conn.transaction():
        cards = await erase_cards(conn, address, booking_ids)
        return {"payments.cards": cards, "payments.payments": await store.erase_payers(conn, address, booking_ids)}


async def erase_booking_payers(pool: Pool, booking_ids: Sequence[str]) -> int:
    async with pool.connection() as conn, conn.transaction():
        await erase_booking_cards(conn, booking_ids)
        return await store.erase_booking_payers(conn, booking_ids)


async def list_open_money(pool: Pool, booking_ids: Sequence[str]) -> dict[str, OpenMoney]:
    """Return the bookings whose money is not settled, with the reason."""
    async with pool.connection() as conn:
        return await store.list_open_money(conn, booking_ids)
