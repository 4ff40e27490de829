"""List the simulated processor's books."""

from datetime import datetime

from psycopg.rows import DictRow

from admitone.kit.postgres import Pool
from admitone.payments.domain.intent import DisputeStatus, ProviderDispute, ProviderRefund, RefundStatus
from admitone.testing.processor.books import run

PAGE_MAX = 100


async def list_intent_rows(
    pool: Pool, created_from: datetime, created_before: datetime, after: str | None
) -> list[DictRow]:
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
