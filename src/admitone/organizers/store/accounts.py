"""Statements over organizations and their API keys."""

from datetime import datetime, timedelta

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import Identity, Role
from admitone.organizers.domain.api_key import ApiKey, Organization

TOUCH_EVERY = timedelta(minutes=1)
"""`last_used_at` is written at most this often a key: it is accurate to days, and must not cost a write per request."""


async def insert_organization(conn: Connection, *, organization_id: str, name: str, now: datetime) -> None:
    await conn.execute(load_sql(__package__, "insert_organization"), {"id": organization_id, "name": name, "now": now})


async def read_organization_name(conn: Connection, organization_id: str) -> str | None:
    row = await (
        await conn.execute(load_sql(__package__, "read_organization_name"), {"id": organization_id})
    ).fetchone()
    return None if row is None else row["name"]


async def find_organization(conn: Connection, *, name: str) -> str | None:
    """Return the id of the oldest organization of this name."""
    row = await (await conn.execute(load_sql(__package__, "find_organization"), {"name": name})).fetchone()
    return None if row is None else row["id"]


async def insert_api_key(
    conn: Connection,
    *,
    key_id: str,
    organization_id: str,
    key_hash: bytes,
    role: Role,
    label: str,
    now: datetime,
    expires_at: datetime | None,
) -> bool:
    """Return False if there is no such organization."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_api_key"),
        {
            "id": key_id,
            "organization_id": organization_id,
            "key_hash": key_hash,
            "role": role.value,
            "label": label,
            "now": now,
            "expires_at": expires_at,
        },
    )
    return cursor.rowcount == 1


async def revoke_api_key(
    conn: Connection, *, organization_id: str, key_id: str, now: datetime
) -> dict[str, str] | None:
    """Return label and role of the revoked key; None where this organization has no such live key."""
    cursor = await conn.execute(
        load_sql(__package__, "revoke_api_key"),
        {"organization_id": organization_id, "id": key_id, "now": now},
    )
    return await cursor.fetchone()


async def list_api_keys(conn: Connection, *, organization_id: str) -> list[ApiKey]:
    cursor = await conn.execute(load_sql(__package__, "list_api_keys"), {"organization_id": organization_id})
    return [ApiKey(**{**row, "role": Role(row["role"])}) for row in await cursor.fetchall()]


async def list_organizations(conn: Connection, *, now: datetime) -> list[Organization]:
    cursor = await conn.execute(load_sql(__package__, "list_organizations"), {"now": now})
    return [Organization(**row) for row in await cursor.fetchall()]


async def read_identity(conn: Connection, *, key_hash: bytes, now: datetime) -> tuple[Identity, datetime | None] | None:
    """Return whose live key has this hash and when the key expires, and record that it was used."""
    cursor = await conn.execute(
        load_sql(__package__, "read_identity"),
        {"key_hash": key_hash, "now": now, "touch_before": now - TOUCH_EVERY},
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    identity = Identity(
        organization_id=row["organization_id"], role=Role(row["role"]), actor_id=row["id"], actor_name=row["label"]
    )
    return identity, row["expires_at"]
