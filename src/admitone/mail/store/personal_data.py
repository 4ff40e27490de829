"""What mail stores of one person, found by the address, and by the person's bookings and transfers."""

from typing import Any

from admitone.booking.contracts.personal_data import MailScope
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.mail.store.unsubscribed import address_keys

_BY_ADDRESS = {
    "sign_in_links": "erase_sign_in_links",
    "sessions": "erase_sessions",
    "unsubscribed": "erase_unsubscribed",
    "unsubscribed_messages": "erase_unsubscribed_messages",
    "blocked_addresses": "erase_blocks",
}
"""Tables that belong to no organization, and the statement that deletes a person's rows of each."""


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


async def erase_mails(conn: Connection, keys: KeyRing, scope: MailScope) -> dict[str, int]:
    """Return the number of changed rows by table. Needs a transaction."""
    given = {**_scope(scope), "address_keys": address_keys(keys, scope.address)}
    mails = await conn.execute(load_sql(__package__, "erase_mails"), given)
    addressees = await conn.execute(load_sql(__package__, "erase_addressees"), given)
    rows = {"mail.outbox": mails.rowcount, "mail.addressees": addressees.rowcount}
    if scope.subject_ids:
        blocks = await conn.execute(load_sql(__package__, "erase_block_detail"), given)
        rows["mail.blocked_addresses"] = blocks.rowcount
    return rows


async def erase_sign_ins(conn: Connection, keys: KeyRing, address: str) -> dict[str, int]:
    """Return the number of deleted rows by table. Needs a transaction."""
    person = {"address": address, "address_keys": address_keys(keys, address)}
    return {
        f"mail.{table}": (await conn.execute(load_sql(__package__, statement), person)).rowcount
        for table, statement in _BY_ADDRESS.items()
    }


def _scope(scope: MailScope) -> dict[str, Any]:
    return {
        "address": scope.address,
        "booking_ids": list(scope.booking_ids),
        "subject_ids": list(scope.subject_ids),
        "is_everywhere": scope.is_everywhere,
    }
