"""Statements over performers."""

from admitone.catalogue.domain.records import Performer
from admitone.catalogue.store.rows import (
    like_patterns,
    like_prefix,
    read_count,
    read_many,
    read_one,
    read_page,
    write_rows,
)
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def upsert_performers(conn: Connection, performers: list[Performer]) -> set[str]:
    """Return the ids that were written; a row that has changed since stays unchanged."""
    return await write_rows(conn, load_sql(__package__, "upsert_performers"), performers)


async def lock_performer(conn: Connection, *, organization_id: str, performer_id: str) -> Performer | None:
    ids = {"organization_id": organization_id, "id": performer_id}
    return await read_one(conn, load_sql(__package__, "lock_performer"), ids, Performer)


async def read_performer(conn: Connection, *, organization_id: str, performer_id: str) -> Performer | None:
    ids = {"organization_id": organization_id, "id": performer_id}
    return await read_one(conn, load_sql(__package__, "read_performer"), ids, Performer)


async def lock_performers_by_external_id(
    conn: Connection, *, organization_id: str, external_ids: list[str]
) -> list[Performer]:
    ids = {"organization_id": organization_id, "external_ids": external_ids}
    return await read_many(conn, load_sql(__package__, "lock_performers_by_external_id"), ids, Performer)


async def list_performers(
    conn: Connection, *, organization_id: str, q: str, page: int, size: int
) -> tuple[list[Performer], int]:
    """Return a page of the organization's performers, and how many there are."""
    return await read_page(
        conn,
        load_sql(__package__, "list_performers"),
        {
            "organization_id": organization_id,
            "patterns": like_patterns(q),
            "size": size,
            "skip": page * size,
        },
        Performer,
    )


async def browse_performers(conn: Connection, *, q: str, page: int, size: int) -> tuple[list[Performer], int]:
    """Return a page of everybody's performers, and how many there are."""
    return await read_page(
        conn,
        load_sql(__package__, "browse_performers"),
        {"patterns": like_patterns(q), "prefix": like_prefix(q), "size": size, "skip": page * size},
        Performer,
    )


async def read_performers(conn: Connection, performer_ids: list[str]) -> dict[str, Performer]:
    """Return performers of any organization by id."""
    if not performer_ids:
        return {}
    found = await read_many(conn, load_sql(__package__, "read_performers"), {"ids": performer_ids}, Performer)
    return {performer.id: performer for performer in found}


async def delete_performer(conn: Connection, *, organization_id: str, performer_id: str) -> None:
    await conn.execute(
        load_sql(__package__, "delete_performer"), {"organization_id": organization_id, "id": performer_id}
    )


async def count_events_of_performer(conn: Connection, *, organization_id: str, performer_id: str) -> int:
    ids = {"organization_id": organization_id, "id": performer_id}
    return await read_count(conn, load_sql(__package__, "count_events_of_performer"), ids)


async def recount_performers(conn: Connection, *, organization_id: str, performer_ids: list[str]) -> None:
    """Refresh the numbers of published events of some performers."""
    if performer_ids:
        ids = {"organization_id": organization_id, "ids": performer_ids}
        await conn.execute(load_sql(__package__, "recount_performers"), ids)


async def recount_all_performers(conn: Connection, *, organization_id: str) -> None:
    await conn.execute(load_sql(__package__, "recount_all_performers"), {"organization_id": organization_id})
