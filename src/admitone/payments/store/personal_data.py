"""What payments store of one person, found by the address."""

from typing import Any

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def list_person_payments(conn: Connection, address: str) -> list[dict[str, Any]]:
    return await (await conn.execute(load_sql(__package__, "list_person_payments"), {"address": address})).fetchall()


async def erase_payers(conn: Connection, address: str) -> int:
    return (await conn.execute(load_sql(__package__, "erase_payers"), {"address": address})).rowcount
