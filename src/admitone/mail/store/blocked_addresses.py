"""Addresses that mail does not reach, or whose reader wants none. The table has keyed hashes, no addresses."""

from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.mail.domain.booking_mail import Block
from admitone.mail.store.unsubscribed import address_keys


async def block_address(conn: Connection, mail_id: str, *, reason: str, detail: str) -> bool:
    """Block the address that a mail was handed over for. Return False for a mail that is not known."""
    values = {"mail_id": mail_id, "reason": reason, "detail": detail}
    return (await conn.execute(load_sql(__package__, "block_address"), values)).rowcount == 1


async def read_block(conn: Connection, keys: KeyRing, address: str) -> Block | None:
    cursor = await conn.execute(load_sql(__package__, "read_block"), {"address_keys": address_keys(keys, address)})
    row = await cursor.fetchone()
    return None if row is None else Block(**row)


async def lift_bounce(conn: Connection, keys: KeyRing, address: str) -> bool:
    """Lift a bounce; return False where a complaint alone stops mails. An address that was not blocked stays so."""
    cursor = await conn.execute(load_sql(__package__, "lift_bounce"), {"address_keys": address_keys(keys, address)})
    rows = await cursor.fetchall()
    return not rows or any(row["is_lifted"] for row in rows)


async def unblock_address(conn: Connection, keys: KeyRing, address: str) -> bool:
    """Return False where the address was not blocked."""
    values = {"address_keys": address_keys(keys, address)}
    return (await conn.execute(load_sql(__package__, "unblock_address"), values)).rowcount > 0
