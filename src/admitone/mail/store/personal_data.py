"""What mail stores of one person, found by the address, and by the person's bookings and transfers."""

from collections.abc import Sequence
from typing import Any

from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.mail.store.unsubscribed import address_keys


async def list_person_mails(conn: Connection, address: str, booking_ids: Sequence[str]) -> list[dict[str, Any]]:
    cursor = await conn.execute(
        load_sql(__package__, "list_person_mails"), {"address": address, "booking_ids": list(booking_ids)}
    )
    return await cursor.fetchall()


async def count_person_sign_ins(conn: Connection, keys: KeyRing, address: str) -> dict[str, Any]:
    cursor = await conn.execute(
        load_sql(__package__, "count_person_sign_ins"),
        {"address": address, "address_keys": address_keys(keys, address)},
    )
    row = await cursor.fetchone()
    assert row is not None, "counts are one row"
    return row


async def erase_person(
    conn: Connection, keys: KeyRing, address: str, *, booking_ids: Sequence[str], transfer_ids: Sequence[str]
) -> dict[str, int]:
    """Return the number of changed rows by table. Needs a transaction."""
    person = {"address": address}
    mails = await conn.execute(
        load_sql(__package__, "erase_mails"),
        {**person, "booking_ids": list(booking_ids), "transfer_ids": list(transfer_ids)},
    )
    links = await conn.execute(load_sql(__package__, "erase_sign_in_links"), person)
    sessions = await conn.execute(load_sql(__package__, "erase_sessions"), person)
    unsubscribed = await conn.execute(
        load_sql(__package__, "erase_unsubscribed"), {"address_keys": address_keys(keys, address)}
    )
    return {
        "mail.outbox": mails.rowcount,
        "mail.sign_in_links": links.rowcount,
        "mail.sessions": sessions.rowcount,
        "mail.unsubscribed": unsubscribed.rowcount,
    }
