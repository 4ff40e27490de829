"""Statements that find and delete the pictures that nothing shows."""

from datetime import datetime

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class PictureUse(Struct, frozen=True):
    """`is_marked`: an earlier round found it unused. `is_used`: the catalogue shows it now."""

    id: str
    is_marked: bool
    is_used: bool


async def lock_due_pictures(conn: Connection, *, unused_before: datetime, limit: int) -> list[str]:
    found = {"unused_before": unused_before, "limit": limit}
    return await _ids(conn, "lock_due_pictures", found)


async def delete_pictures(conn: Connection, ids: list[str]) -> list[str]:
    """Delete those of these locked pictures that the catalogue does not show; return their ids."""
    await conn.execute(load_sql(__package__, "delete_unused_sources"), {"picture_ids": ids})
    return await _ids(conn, "delete_pictures", {"ids": ids})


async def scan_pictures(conn: Connection, *, after_id: str, limit: int) -> list[PictureUse]:
    position = {"after_id": after_id, "limit": limit}
    cursor = await conn.execute(load_sql(__package__, "scan_pictures"), position)
    return [PictureUse(**row) for row in await cursor.fetchall()]


async def mark_pictures(conn: Connection, ids: list[str], *, unused_since: datetime | None) -> None:
    if ids:
        await conn.execute(load_sql(__package__, "mark_pictures"), {"ids": ids, "unused_since": unused_since})


async def _ids(conn: Connection, statement: str, parameters: dict[str, object]) -> list[str]:
    cursor = await conn.execute(load_sql(__package__, statement), parameters)
    return [row["id"] for row in await cursor.fetchall()]
