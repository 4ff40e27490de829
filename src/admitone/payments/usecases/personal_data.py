"""Export and erase what payments store of one person."""

from typing import Any

from admitone.kit.postgres import Pool
from admitone.payments.store import personal_data as store


async def export_person(pool: Pool, *, address: str) -> dict[str, list[dict[str, Any]]]:
    async with pool.connection() as conn:
        return {"payments": await store.list_person_payments(conn, address)}


async def erase_person(pool: Pool, *, address: str) -> dict[str, int]:
    """Remove the address; return the number of changed rows by table. Tries without an outcome keep it."""
    async with pool.connection() as conn:
        return {"payments.payments": await store.erase_payers(conn, address)}
