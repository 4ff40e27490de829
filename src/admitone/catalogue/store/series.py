"""Statements over series."""

from datetime import datetime

from admitone.catalogue.contracts import ASSUMED_LENGTH
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.series import Series
from admitone.catalogue.domain.text import search_key
from admitone.catalogue.store.rows import like_patterns, read_one, read_page
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def insert_series(conn: Connection, series: Series) -> None:
    await conn.execute(
        load_sql(__package__, "insert_series"),
        {
            "id": series.id,
            "organization_id": series.organization_id,
            "name": series.name,
            "search_key": search_key([series.name]),
            "now": series.created_at,
        },
    )


async def rename_series(conn: Connection, *, organization_id: str, series_id: str, name: str) -> None:
    values = {"organization_id": organization_id, "id": series_id, "name": name, "search_key": search_key([name])}
    await conn.execute(load_sql(__package__, "rename_series"), values)


async def lock_series(conn: Connection, *, organization_id: str, series_id: str) -> Series | None:
    """Return the series without what its dates say. Lock it before its events."""
    ids = {"organization_id": organization_id, "id": series_id}
    return await read_one(conn, load_sql(__package__, "lock_series"), ids, Series)


async def read_series(conn: Connection, *, organization_id: str, series_id: str) -> Series | None:
    ids = {"organization_id": organization_id, "id": series_id}
    return await read_one(conn, load_sql(__package__, "read_series"), ids, Series)


async def list_series(
    conn: Connection, *, organization_id: str, q: str, page: int, size: int
) -> tuple[list[Series], int]:
    """Return a page of the organization's series, and how many there are."""
    return await read_page(
        conn,
        load_sql(__package__, "list_series"),
        {"organization_id": organization_id, "patterns": like_patterns(q), "size": size, "skip": page * size},
        Series,
    )


async def list_series_starts(conn: Connection, *, organization_id: str, series_id: str) -> list[datetime | None]:
    """Return the start of each date; None while it is to be announced."""
    ids = {"organization_id": organization_id, "id": series_id}
    cursor = await conn.execute(load_sql(__package__, "list_series_starts"), ids)
    return [row["starts_at"] for row in await cursor.fetchall()]


async def coming_events_of_series(
    conn: Connection, *, series_id: str, now: datetime, page: int, size: int
) -> tuple[list[Event], int]:
    position = {"id": series_id, "now": now, "began_after": now - ASSUMED_LENGTH, "size": size, "skip": page * size}
    return await read_page(conn, load_sql(__package__, "coming_events_of_series"), position, Event)


async def read_public_series(conn: Connection, series_id: str) -> Series | None:
    """Return the series of any organization, if a date of it is published."""
    return await read_one(conn, load_sql(__package__, "read_public_series"), {"id": series_id}, Series)


async def delete_empty_series(conn: Connection, *, organization_id: str, series_id: str) -> None:
    """Delete the series if it has no dates."""
    await conn.execute(
        load_sql(__package__, "delete_empty_series"), {"organization_id": organization_id, "id": series_id}
    )
