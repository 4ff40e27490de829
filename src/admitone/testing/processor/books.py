"""The processor's own tables, schema `simulated_processor`. Each statement commits separately, like another company."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg_pool import PoolTimeout

from admitone.kit.postgres import Pool
from admitone.kit.sql import load_sql
from admitone.payments.domain.intent import DisputeStatus, ProviderDispute, ProviderRefund, RefundStatus
from admitone.payments.ports import ProviderUnreachable

PAGE_MAX = 100


async def run(pool: Pool, statement: str, **arguments: Any) -> list[DictRow]:
    """Execute a statement of `sql/books.sql`; return its rows if any.

    Raises `ProviderUnreachable`: without its database the processor is down.
    """
    try:
        async with pool.connection() as conn:
            cursor = await conn.execute(load_sql(__package__, statement), arguments)
            return await cursor.fetchall() if cursor.description else []
    except (psycopg.OperationalError, PoolTimeout) as error:
        raise ProviderUnreachable(str(error)) from error


async def read_intents(pool: Pool, ids: list[str]) -> dict[str, DictRow]:
    """Return the rows of these intents by id; unknown ones are missing."""
    return {row["id"]: row for row in await run(pool, "read_intents", ids=ids)}


async def list_intent_rows(
    pool: Pool, created_from: datetime, created_before: datetime, after: str | None
) -> list[DictRow]:
    """Return a page of intents by time of creation, after the id `after`."""
    return await run(
        pool,
        "list_intents",
        created_from=created_from,
        created_before=created_before,
        after=after or "",
        page_max=PAGE_MAX,
    )


async def list_refunds(pool: Pool, intent_id: str) -> list[ProviderRefund]:
    rows = await run(pool, "list_refunds", intent_id=intent_id)
    return [ProviderRefund(row["id"], row["amount"], RefundStatus(row["status"]), row["reference"]) for row in rows]


async def list_disputes(pool: Pool, intent_id: str) -> list[ProviderDispute]:
    rows = await run(pool, "list_disputes", intent_id=intent_id)
    return [ProviderDispute(row["id"], row["amount"], DisputeStatus(row["status"])) for row in rows]
