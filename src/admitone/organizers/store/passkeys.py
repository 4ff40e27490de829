"""Statements over passkeys, and the challenges that were used."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.domain.passkey import Passkey, StoredKey


async def insert_passkey(
    conn: Connection,
    *,
    passkey_id: str,
    person_id: str,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    name: str,
    now: datetime,
) -> bool:
    """Return False where the credential is registered already."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_passkey"),
        {
            "id": passkey_id,
            "person_id": person_id,
            "credential_id": credential_id,
            "public_key": public_key,
            "sign_count": sign_count,
            "name": name,
            "now": now,
        },
    )
    return cursor.rowcount == 1


async def list_passkeys(conn: Connection, *, person_id: str) -> list[Passkey]:
    """Return the passkeys of a person, the oldest first."""
    cursor = await conn.execute(load_sql(__package__, "list_passkeys"), {"person_id": person_id})
    return [Passkey(**row) for row in await cursor.fetchall()]


async def lock_passkey(conn: Connection, *, credential_id: bytes) -> StoredKey | None:
    """Return the passkey; no other transaction uses or removes it until this one ends."""
    parameters = {"credential_id": credential_id}
    row = await (await conn.execute(load_sql(__package__, "lock_passkey"), parameters)).fetchone()
    return None if row is None else StoredKey(**row)


async def touch_passkey(conn: Connection, *, passkey_id: str, sign_count: int, now: datetime) -> None:
    parameters = {"id": passkey_id, "sign_count": sign_count, "now": now}
    await conn.execute(load_sql(__package__, "touch_passkey"), parameters)


async def delete_passkey(conn: Connection, *, person_id: str, passkey_id: str) -> dict[str, str] | None:
    """Return its name; None where the person has no such passkey."""
    parameters = {"person_id": person_id, "id": passkey_id}
    return await (await conn.execute(load_sql(__package__, "delete_passkey"), parameters)).fetchone()


async def delete_passkeys(conn: Connection, *, person_id: str) -> None:
    await conn.execute(load_sql(__package__, "delete_passkeys"), {"person_id": person_id})


async def use_challenge(conn: Connection, *, challenge_hash: bytes, expires_at: datetime, now: datetime) -> bool:
    """Return False where the challenge was used before. Forgets those that have expired."""
    await conn.execute(load_sql(__package__, "forget_challenges"), {"now": now})
    parameters = {"challenge_hash": challenge_hash, "expires_at": expires_at}
    return (await conn.execute(load_sql(__package__, "use_challenge"), parameters)).rowcount == 1
