"""Addresses that get no reminders, or no messages of an organization. The tables have keyed hashes, no addresses."""

import hashlib
import hmac

from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.mail.contracts import MailList
from admitone.mail.domain.content import Subscription


async def unsubscribe(conn: Connection, address_key: str, mail_list: MailList, organization_id: str) -> None:
    """`address_key`: one of `address_keys`."""
    values = {"address_key": address_key}
    if mail_list is MailList.REMINDERS:
        await conn.execute(load_sql(__package__, "unsubscribe"), values)
    else:
        values["organization_id"] = organization_id
        await conn.execute(load_sql(__package__, "unsubscribe_from_messages"), values)


async def is_unsubscribed(conn: Connection, keys: KeyRing, address: str, subscription: Subscription) -> bool:
    is_reminder = subscription.mail_list is MailList.REMINDERS
    statement = "is_unsubscribed" if is_reminder else "is_unsubscribed_from_messages"
    values = {"address_keys": address_keys(keys, address), "organization_id": subscription.organization_id}
    cursor = await conn.execute(load_sql(__package__, statement), values)
    row = await cursor.fetchone()
    return row is not None and bool(row["is_unsubscribed"])


def address_keys(keys: KeyRing, address: str) -> list[str]:
    """Return what stands for an address in tables, by each secret of the ring; the newest secret's comes first."""
    text = f"address\n{address.strip().lower()}".encode()
    return [hmac.digest(key.key, text, hashlib.sha256)[:16].hex() for key in keys.keys]
