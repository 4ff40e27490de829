"""Addresses that get no reminders. The table has keyed hashes, so no address can be read from it."""

import hashlib
import hmac

from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def unsubscribe(conn: Connection, keys: KeyRing, address: str) -> None:
    await conn.execute(load_sql(__package__, "unsubscribe"), {"address_key": address_keys(keys, address)[0]})


async def is_unsubscribed(conn: Connection, keys: KeyRing, address: str) -> bool:
    cursor = await conn.execute(load_sql(__package__, "is_unsubscribed"), {"address_keys": address_keys(keys, address)})
    row = await cursor.fetchone()
    return row is not None and bool(row["is_unsubscribed"])


def address_keys(keys: KeyRing, address: str) -> list[str]:
    """Return what stands for an address in tables, by each secret of the ring; the newest secret's comes first."""
    text = f"address\n{address.strip().lower()}".encode()
    return [hmac.digest(key.key, text, hashlib.sha256)[:16].hex() for key in keys.keys]
