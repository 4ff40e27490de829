"""Batches of promo codes."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import structs

from admitone.booking.domain.promo import PromoCode, promo_key
from admitone.booking.domain.promo_batch import BatchUse, PromoBatch
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def lock_batches(conn: Connection, organization_id: str) -> int:
    """Return how many codes the organization has in batches; other batches of it wait until the transaction ends."""
    asked = {"organization_id": organization_id}
    await conn.execute(load_sql(__package__, "lock_batches"), asked)
    cursor = await conn.execute(load_sql(__package__, "count_batch_codes"), asked)
    row = await cursor.fetchone()
    assert row is not None, "a count is one row"
    return int(row["codes"])


async def insert_batch(conn: Connection, batch: PromoBatch) -> None:
    await conn.execute(load_sql(__package__, "insert_batch"), structs.asdict(batch))


async def insert_batch_codes(conn: Connection, codes: Sequence[PromoCode]) -> set[str]:
    """Insert codes of one batch and rule; return the ids of the new ones: the organization has the others already."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_batch_codes"),
        {
            **structs.asdict(codes[0]),
            "ids": [promo.id for promo in codes],
            "codes": [promo.code for promo in codes],
            "code_keys": [promo_key(promo.code) for promo in codes],
            "recipient_emails": [promo.recipient_email for promo in codes],
            "recipient_keys": [promo.recipient_key for promo in codes],
        },
    )
    return {row["id"] for row in await cursor.fetchall()}


async def list_batches(
    conn: Connection, organization_id: str, *, batch_id: str | None = None, page: int = 0, size: int = 1
) -> tuple[list[BatchUse], int]:
    """Return a page, the newest first, and how many there are. `batch_id`: only this one."""
    cursor = await conn.execute(
        load_sql(__package__, "list_batches"),
        {"organization_id": organization_id, "id": batch_id, "size": size, "skip": page * size},
    )
    rows = await cursor.fetchall()
    found = [
        BatchUse(msgspec.convert(row, PromoBatch), row["uses"], row["used_codes"], row["recipients"], row["mailed"])
        for row in rows
    ]
    return found, rows[0]["total"] if rows else 0


async def list_batch_codes(conn: Connection, organization_id: str, batch_id: str) -> list[tuple[PromoCode, int]]:
    """Return every code of a batch with its uses."""
    cursor = await conn.execute(
        load_sql(__package__, "list_batch_codes"), {"organization_id": organization_id, "batch_id": batch_id}
    )
    return [(msgspec.convert(row, PromoCode), row["uses"]) for row in await cursor.fetchall()]


async def mark_codes_mailed(conn: Connection, organization_id: str, batch_id: str, *, now: datetime) -> list[str]:
    """Return the ids of codes that are for one person, have not ended, and were not mailed before."""
    asked = {"organization_id": organization_id, "batch_id": batch_id}
    await conn.execute(load_sql(__package__, "lock_batch_codes"), asked)
    cursor = await conn.execute(load_sql(__package__, "mark_codes_mailed"), {**asked, "now": now})
    return [row["id"] for row in await cursor.fetchall()]


async def read_personal_code(conn: Connection, promo_id: str) -> tuple[PromoCode, int] | None:
    """Return a code for one person, and its uses; None after the person was erased."""
    row = await (await conn.execute(load_sql(__package__, "read_personal_code"), {"id": promo_id})).fetchone()
    return None if row is None else (msgspec.convert(row, PromoCode), row["uses"])


async def end_batch(conn: Connection, organization_id: str, batch_id: str, *, now: datetime) -> bool:
    """Return whether there is such a batch; its codes have ended then."""
    asked = {"organization_id": organization_id, "id": batch_id, "now": now}
    await conn.execute(
        load_sql(__package__, "lock_batch_codes"), {"organization_id": organization_id, "batch_id": batch_id}
    )
    return await (await conn.execute(load_sql(__package__, "end_batch"), asked)).fetchone() is not None
