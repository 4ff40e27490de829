"""Statements over seat maps."""

from datetime import datetime

import msgspec

from admitone.catalogue.domain.records import SeatMapRecord, SectionCount
from admitone.catalogue.store.rows import like_patterns, read_count, read_page
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def insert_seat_map(
    conn: Connection,
    record: SeatMapRecord,
    *,
    seating_plan_gzip: bytes,
    geometry_gzip: bytes,
    geometry_digest: str,
    geometry_columns_gzip: bytes,
) -> None:
    await conn.execute(
        load_sql(__package__, "insert_seat_map"),
        {
            "row": msgspec.json.encode(record).decode(),
            "seating_plan_gzip": seating_plan_gzip,
            "geometry_gzip": geometry_gzip,
            "geometry_digest": geometry_digest,
            "geometry_columns_gzip": geometry_columns_gzip,
        },
    )


async def read_seat_map(
    conn: Connection, *, organization_id: str, seat_map_id: str, lock: bool = False
) -> tuple[SeatMapRecord, bytes] | None:
    """Return the record and the gzipped plan that it was drawn from."""
    statement = load_sql(__package__, "lock_seat_map" if lock else "read_seat_map")
    cursor = await conn.execute(statement, {"organization_id": organization_id, "id": seat_map_id})
    row = await cursor.fetchone()
    if row is None:
        return None
    return msgspec.json.decode(row["record"], type=SeatMapRecord), bytes(row["seating_plan_gzip"])


async def list_seat_maps(
    conn: Connection, *, organization_id: str, q: str, page: int, size: int
) -> tuple[list[SeatMapRecord], int]:
    """Return a page of the organization's seat maps, and how many there are."""
    return await read_page(
        conn,
        load_sql(__package__, "list_seat_maps"),
        {
            "organization_id": organization_id,
            "patterns": like_patterns(q),
            "size": size,
            "skip": page * size,
        },
        SeatMapRecord,
    )


async def rename_seat_map(
    conn: Connection,
    *,
    organization_id: str,
    seat_map_id: str,
    name: str,
    sort_key: str,
    search_key: str,
    now: datetime,
) -> None:
    await conn.execute(
        load_sql(__package__, "rename_seat_map"),
        {
            "organization_id": organization_id,
            "id": seat_map_id,
            "name": name,
            "sort_key": sort_key,
            "search_key": search_key,
            "now": now,
        },
    )


async def delete_seat_map(conn: Connection, *, organization_id: str, seat_map_id: str) -> None:
    await conn.execute(
        load_sql(__package__, "delete_seat_map"), {"organization_id": organization_id, "id": seat_map_id}
    )


async def count_events_of_seat_map(conn: Connection, *, organization_id: str, seat_map_id: str) -> int:
    ids = {"organization_id": organization_id, "id": seat_map_id}
    return await read_count(conn, load_sql(__package__, "count_events_of_seat_map"), ids)


async def read_geometry(conn: Connection, seat_map_id: str) -> tuple[bytes, str] | None:
    """Return the gzipped public drawing and its digest."""
    row = await (await conn.execute(load_sql(__package__, "read_geometry"), {"id": seat_map_id})).fetchone()
    return None if row is None else (bytes(row["geometry_gzip"]), row["geometry_digest"])


async def read_columns(conn: Connection, seat_map_id: str) -> tuple[bytes | None, bytes | None, str] | None:
    """Return the gzipped columns, or None and the gzipped drawing to make them from; and the drawing's digest."""
    row = await (await conn.execute(load_sql(__package__, "read_columns"), {"id": seat_map_id})).fetchone()
    if row is None:
        return None
    columns, drawing = row["geometry_columns_gzip"], row["geometry_gzip"]
    return bytes(columns) if columns else None, bytes(drawing) if drawing else None, row["geometry_digest"]


async def fill_columns(conn: Connection, seat_map_id: str, columns_gzip: bytes) -> None:
    values = {"id": seat_map_id, "geometry_columns_gzip": columns_gzip}
    await conn.execute(load_sql(__package__, "fill_columns"), values)


async def read_section_counts(conn: Connection, seat_map_id: str) -> tuple[int, tuple[SectionCount, ...]] | None:
    """Return the number of seats, and each section's seats by category."""
    cursor = await conn.execute(load_sql(__package__, "read_section_counts"), {"ids": [seat_map_id]})
    row = await cursor.fetchone()
    if row is None:
        return None
    return row["seat_count"], msgspec.json.decode(row["sections"], type=tuple[SectionCount, ...])
