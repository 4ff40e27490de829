"""Export and erase what mail stores of one person."""

from collections.abc import Sequence
from typing import Any

from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Pool
from admitone.mail.store import personal_data as store


async def export_person(pool: Pool, keys: KeyRing, *, address: str, booking_ids: Sequence[str]) -> dict[str, Any]:
    """Return the mails, and of sign-in links and sessions only how many there are."""
    async with pool.connection() as conn, conn.transaction():
        return {
            "mails": await store.list_person_mails(conn, address, booking_ids),
            **await store.count_person_sign_ins(conn, keys, address),
        }


async def erase_person(
    pool: Pool, keys: KeyRing, *, address: str, booking_ids: Sequence[str], transfer_ids: Sequence[str]
) -> dict[str, int]:
    """Erase in one transaction; return the number of changed rows by table. Sessions of the address end."""
    async with pool.connection() as conn, conn.transaction():
        return await store.erase_person(conn, keys, address, booking_ids=booking_ids, transfer_ids=transfer_ids)
