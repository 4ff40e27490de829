"""Statements over second factors and recovery codes."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def read_second_factor(conn: Connection, *, person_id: str) -> tuple[bytes | None, datetime | None]:
    """Return (encrypted secret, since when it counts: None while it is set up)."""
    row = await (await conn.execute(load_sql(__package__, "read_second_factor"), {"person_id": person_id})).fetchone()
    return (None, None) if row is None else (row["totp_secret"], row["totp_since"])


async def lock_second_factor(conn: Connection, *, person_id: str) -> tuple[bytes | None, datetime | None]:
    """Return the same as `read_second_factor`; no other transaction changes it until this one ends."""
    row = await (await conn.execute(load_sql(__package__, "lock_second_factor"), {"person_id": person_id})).fetchone()
    return (None, None) if row is None else (row["totp_secret"], row["totp_since"])


async def begin_second_factor(conn: Connection, *, person_id: str, totp_secret: bytes) -> bool:
    """Return False where the person has a second factor already."""
    parameters = {"person_id": person_id, "totp_secret": totp_secret}
    return (await conn.execute(load_sql(__package__, "begin_second_factor"), parameters)).rowcount == 1


async def start_second_factor(conn: Connection, *, person_id: str, code_hashes: list[bytes], now: datetime) -> None:
    """From now on a sign-in needs a code, or one of the recovery codes."""
    await conn.execute(load_sql(__package__, "start_second_factor"), {"person_id": person_id, "now": now})
    for code_hash in code_hashes:
        parameters = {"person_id": person_id, "code_hash": code_hash}
        await conn.execute(load_sql(__package__, "insert_recovery_code"), parameters)


async def end_second_factor(conn: Connection, *, person_id: str) -> None:
    await conn.execute(load_sql(__package__, "end_second_factor"), {"person_id": person_id})
    await conn.execute(load_sql(__package__, "delete_recovery_codes"), {"person_id": person_id})


async def use_step(conn: Connection, *, person_id: str, step: int) -> bool:
    """Return False where the code of this step or a later one was used."""
    cursor = await conn.execute(load_sql(__package__, "use_step"), {"person_id": person_id, "step": step})
    return cursor.rowcount == 1


async def use_recovery_code(conn: Connection, *, person_id: str, code_hash: bytes, now: datetime) -> bool:
    """Return whether this was an unused code of the person."""
    parameters = {"person_id": person_id, "code_hash": code_hash, "now": now}
    return (await conn.execute(load_sql(__package__, "use_recovery_code"), parameters)).rowcount == 1
