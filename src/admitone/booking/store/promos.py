"""The organizers' promo codes."""

from typing import Any

import msgspec

from admitone.booking.domain.promo import PromoCode, promo_key
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]


async def read_promo_by_code(conn: Connection, organization_id: str, code_key: str) -> PromoCode | None:
    return await _one(conn, "find_promo", {"organization_id": organization_id, "code_key": code_key})


async def read_promo(conn: Connection, organization_id: str, promo_id: str) -> PromoCode | None:
    return await _one(conn, "read_promo", {"organization_id": organization_id, "id": promo_id})


async def lock_promo(conn: Connection, organization_id: str, promo_id: str) -> PromoCode | None:
    """Return it, locked until the transaction ends."""
    return await _one(conn, "lock_promo", {"organization_id": organization_id, "id": promo_id})


async def insert_promo(conn: Connection, promo: PromoCode) -> bool:
    """Return whether it was inserted: False if the organization has this code already."""
    return await _is_done(conn, "insert_promo", _values(promo))


async def update_promo(conn: Connection, promo: PromoCode) -> None:
    """Replace a locked code. Raises `UniqueViolation` if another one of the organization has its `code`."""
    await conn.execute(load_sql(__package__, "update_promo"), _values(promo))


async def delete_promo(conn: Connection, promo: PromoCode) -> bool:
    """Return whether it was deleted: False if bookings name it."""
    return await _is_done(conn, "delete_promo", {"organization_id": promo.organization_id, "id": promo.id})


async def list_promos(
    conn: Connection, *, organization_id: str, event_id: str | None, batch_id: str | None, page: int, size: int
) -> tuple[list[PromoCode], int]:
    """Return a page, the newest first, and how many there are. `event_id`: those that are valid for this event.
    `batch_id`: those of this batch; `none`: those that were made alone."""
    asked = {"organization_id": organization_id, "event_id": event_id, "batch_id": batch_id}
    cursor = await conn.execute(
        load_sql(__package__, "list_promos"),
        asked | {"size": size, "skip": page * size},
    )
    rows = await cursor.fetchall()
    total = rows[0]["total"] if rows else 0
    if not rows and page:
        cursor = await conn.execute(load_sql(__package__, "count_promos"), asked)
        counted = await cursor.fetchone()
        total = counted["total"] if counted else 0
    return [msgspec.convert(row, PromoCode) for row in rows], total


async def count_uses(conn: Connection, ids: list[str]) -> dict[str, int]:
    """Return how many bookings use each code now; codes without uses are missing."""
    cursor = await conn.execute(load_sql(__package__, "count_uses"), {"ids": ids})
    return {row["promo_id"]: row["uses"] for row in await cursor.fetchall()}


async def _one(conn: Connection, statement: str, parameters: Row) -> PromoCode | None:
    row = await (await conn.execute(load_sql(__package__, statement), parameters)).fetchone()
    return None if row is None else msgspec.convert(row, PromoCode)


async def _is_done(conn: Connection, statement: str, parameters: Row) -> bool:
    return await (await conn.execute(load_sql(__package__, statement), parameters)).fetchone() is not None


def _values(promo: PromoCode) -> Row:
    return {**msgspec.structs.asdict(promo), "code_key": promo_key(promo.code)}
