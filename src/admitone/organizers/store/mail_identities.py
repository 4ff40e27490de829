"""Statements over the mail identities of organizations: sender's name, colour, address for replies."""

from datetime import datetime, timedelta

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import MailIdentity


async def read_mail_identity(conn: Connection, organization_id: str) -> MailIdentity | None:
    """Return None if there is no such organization."""
    cursor = await conn.execute(load_sql(__package__, "read_mail_identity"), {"organization_id": organization_id})
    row = await cursor.fetchone()
    return None if row is None else MailIdentity(**row)


async def read_pending_reply_address(conn: Connection, organization_id: str, *, now: datetime) -> str | None:
    values = {"organization_id": organization_id, "now": now}
    row = await (await conn.execute(load_sql(__package__, "read_pending_reply_address"), values)).fetchone()
    return None if row is None else row["pending_reply_to"]


async def write_mail_identity(
    conn: Connection, organization_id: str, *, sender_name: str | None, accent: str | None
) -> None:
    values = {"organization_id": organization_id, "sender_name": sender_name, "accent": accent}
    await conn.execute(load_sql(__package__, "write_mail_identity"), values)


async def ask_reply_address(
    conn: Connection,
    organization_id: str,
    *,
    email: str,
    code_hash: bytes,
    until: datetime,
    now: datetime,
    count_max: int,
) -> bool:
    """Return False where the organization has asked `count_max` times in a day."""
    values = {
        "organization_id": organization_id,
        "email": email,
        "code_hash": code_hash,
        "until": until,
        "now": now,
        "day_ago": now - timedelta(days=1),
        "count_max": count_max,
    }
    return (await conn.execute(load_sql(__package__, "ask_reply_address"), values)).rowcount == 1


async def confirm_reply_address(
    conn: Connection, organization_id: str, *, code_hash: bytes, now: datetime
) -> str | None:
    """Return the address that is used from now on; None for a code that does not confirm one."""
    values = {"organization_id": organization_id, "code_hash": code_hash, "now": now}
    row = await (await conn.execute(load_sql(__package__, "confirm_reply_address"), values)).fetchone()
    return None if row is None else row["reply_to"]


async def remove_reply_address(conn: Connection, organization_id: str) -> None:
    await conn.execute(load_sql(__package__, "remove_reply_address"), {"organization_id": organization_id})
