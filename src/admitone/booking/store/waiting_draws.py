"""The draw of a waiting list: its seed, its entrants, and the order that it gave."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class StoredDraw(Struct, frozen=True):
    """`is_chosen`, `draw_at`: as the terms say now. The rest is None until the draw."""

    seed: bytes
    drawn_at: datetime | None
    draw_size: int | None
    entrants_hash: bytes | None
    draw_at: datetime | None
    is_chosen: bool


async def prepare_draw(conn: Connection, event_id: str, seed: bytes) -> None:
    await conn.execute(load_sql(__package__, "prepare_draw"), {"event_id": event_id, "seed": seed})


async def read_draw(conn: Connection, event_id: str) -> StoredDraw | None:
    row = await (await conn.execute(load_sql(__package__, "read_draw"), {"event_id": event_id})).fetchone()
    return None if row is None else StoredDraw(**row)


async def list_entrants(conn: Connection, event_id: str) -> list[str]:
    """Return the ids of all who wait, in the order of arrival. The caller has the list's lock."""
    cursor = await conn.execute(load_sql(__package__, "list_entrants"), {"event_id": event_id})
    return [row["id"] for row in await cursor.fetchall()]


async def record_draw(
    conn: Connection, event_id: str, *, entrants_hash: bytes, ids: Sequence[str], ranks: Sequence[int]
) -> None:
    """`ids`: the entrants in the order of arrival, `ranks`: their places in the drawn order."""
    await conn.execute(
        load_sql(__package__, "record_draw"),
        {"event_id": event_id, "entrants_hash": entrants_hash, "ids": list(ids), "ranks": list(ranks)},
    )


async def list_drawn(conn: Connection, event_id: str, *, size: int, skip: int) -> list[tuple[str, int]]:
    """Return one page of the entrants as (id, drawn place from 0), in the order of arrival."""
    cursor = await conn.execute(load_sql(__package__, "list_drawn"), {"event_id": event_id, "size": size, "skip": skip})
    return [(row["id"], row["drawn_rank"]) for row in await cursor.fetchall()]
