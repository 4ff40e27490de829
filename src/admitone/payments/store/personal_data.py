"""What payments store of one person, found by the address; and whether the money of a booking is settled."""

from collections.abc import Sequence
from typing import Any

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.contracts import OpenMoney


async def list_payers(conn: Connection, address: str, booking_ids: Sequence[str] | None) -> list[dict[str, Any]]:
    return await (await conn.execute(load_sql(__package__, "list_payers"), _payer(address, booking_ids))).fetchall()


async def erase_payers(conn: Connection, address: str, booking_ids: Sequence[str] | None) -> int:
    return (await conn.execute(load_sql(__package__, "erase_payers"), _payer(address, booking_ids))).rowcount


async def erase_booking_payers(conn: Connection, booking_ids: Sequence[str]) -> int:
    given = {"booking_ids": list(booking_ids)}
    return (await conn.execute(load_sql(__package__, "erase_booking_payers"), given)).rowcount


async def list_open_money(conn: Connection, booking_ids: Sequence[str]) -> dict[str, OpenMoney]:
    given = {"booking_ids": list(booking_ids)}
    cursor = await conn.execute(load_sql(__package__, "list_open_money"), given)
    return {row["booking_id"]: OpenMoney(row["reason"]) for row in await cursor.fetchall()}


def _payer(address: str, booking_ids: Sequence[str] | None) -> dict[str, Any]:
    return {"address": address, "booking_ids": None if booking_ids is None else list(booking_ids)}
