"""Export and erase what mail stores of one person (`FindMails`, `EraseMails`)."""

from typing import Any

from admitone.booking.contracts.personal_data import MailScope
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Pool
from admitone.mail.store import personal_data as store


async def find_mails(pool: Pool, keys: KeyRing, scope: MailScope) -> dict[str, Any]:
    """Return the mails; everywhere, also sign-in links and sessions as numbers, and what keyed hashes say."""
    async with pool.connection() as conn, conn.transaction():
        mails = await store.list_person_mails(conn, scope)
        sign_ins = await store.count_sign_ins(conn, keys, scope.address) if scope.is_everywhere else {}
    return {"mails": mails, **sign_ins}


async def erase_mails(pool: Pool, keys: KeyRing, scope: MailScope) -> dict[str, int]:
    async with pool.connection() as conn, conn.transaction():
        mails = await store.erase_mails(conn, keys, scope)
        sign_ins = await store.erase_sign_ins(conn, keys, scope.address) if scope.is_everywhere else {}
    return {**mails, **sign_ins}
