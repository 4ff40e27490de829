"""The simulated processor's own tables. It commits its own transactions, like an external company."""

from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from admitone.kit.postgres import Pool
from admitone.kit.sql import load_sql
from admitone.payments.ports import ProviderUnreachable


async def run(pool: Pool, statement: str, **arguments: Any) -> list[DictRow]:
    """Execute one of this folder's statements, and return its rows if it has any.

    Raises `ProviderUnreachable`: to its customers, a processor without its database is down.
    """
    try:
        async with pool.connection() as conn:
            cursor = await conn.execute(load_sql(__package__, statement), arguments)
            return await cursor.fetchall() if cursor.description else []
    except (psycopg.OperationalError, PoolTimeout) as error:
        raise ProviderUnreachable(str(error)) from error


async def read_intents(pool: Pool, ids: list[str]) -> dict[str, DictRow]:
    return {row["id"]: row for row in await run(pool, "read_intents", ids=ids)}
