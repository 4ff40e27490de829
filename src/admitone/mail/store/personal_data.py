"""What mail stores of one person, found by the address, and by the person's bookings and transfers."""

from typing import Any

from admitone.booking.contracts.personal_data import MailScope
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.mail.store.unsubscribed import address_keys


async def list_person_mails(conn: Connection, scope: MailScope) -> list[dict[str, Any]]:
    return await (await conn.execute(load_sql(__package__, "list_person_mails"), _scope(scope))).fetchall()


async def count_sign_ins(conn: Connection, keys: KeyRing, address: str) -> dict[str, Any]:
    cursor = await conn.execute(
        load_sql(__package__, "count_person_sign_ins"),
        {"address": address, "address_keys": address_keys(keys, address)},
    )
    row = await cursor.fetchone()
    assert row is not None, "counts are one row"
    return row


async def erase_mails(conn: Connection, scope: MailScope) -> dict[str, int]:
    mails = await conn.execute(load_sql(__package__, "erase_mails"), _scope(scope))
    return {"mail.outbox": mails.rowcount}


async def erase_sign_ins(conn: Connection, keys: KeyRing, address: str) -> dict[str, int]:
    """Return the number of deleted rows by table. Needs a transaction."""
    person = {"address": address}
    links = await conn.execute(load_sql(__package__, "erase_sign_in_links"), person)
    sessions = await conn.execute(load_sql(__package__, "erase_sessions"), person)
    unsubscribed = await conn.execute(
        load_sql(__package__, "erase_unsubscribed"), {"address_keys": address_keys(keys, address)}
    )
    return {
        "mail.sign_in_links": links.rowcount,
        "mail.sessions": sessions.rowcount,
        "mail.unsubscribed": unsubscribed.rowcount,
    }


def _scope(scope: MailScope) -> dict[str, Any]:
    return {
        "address": scope.address,
        "booking_ids": list(scope.booking_ids),
        "subject_ids": list(scope.subject_ids),
        "is_everywhere": scope.is_everywhere,
    }
