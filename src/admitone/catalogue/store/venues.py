"""Statements over venues."""

from admitone.catalogue.domain.records import Venue
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


async def upsert_venues(conn: Connection, venues: list[Venue]) -> set[str]:
    """Return the ids that were written; a row that has changed since stays unchanged."""
    return await write_rows(conn, load_sql(__package__, "upsert_venues"), venues)


async def lock_venue(conn: Connection, *, organization_id: str, venue_id: str) -> Venue | None:
    ids = {"organization_id": organization_id, "id": venue_id}
    return await read_one(conn, load_sql(__package__, "lock_venue"), ids, Venue)


async def read_venue(conn: Connection, *, organization_id: str, venue_id: str) -> Venue | None:
    ids = {"organization_id": organization_id, "id": venue_id}
    return await read_one(conn, load_sql(__package__, "read_venue"), ids, Venue)


async def lock_venues_by_external_id(conn: Connection, *, organization_id: str, external_ids: list[str]) -> list[Venue]:
    ids = {"organization_id": organization_id, "external_ids": external_ids}
    return await read_many(conn, load_sql(__package__, "lock_venues_by_external_id"), ids, Venue)


async def list_venues(
    conn: Connection, *, organization_id: str, q: str, page: int, size: int
) -> tuple[list[Venue], int]:
    """Return a page of the organization's venues, and how many there are."""
    return await read_page(
        conn,
        load_sql(__package__, "list_venues"),
        {
            "organization_id": organization_id,
            "patterns": like_patterns(q),
            "size": size,
            "skip": page * size,
        },
        Venue,
    )


async def browse_venues(conn: Connection, *, q: str, page: int, size: int) -> tuple[list[Venue], int]:
    """Return a page of everybody's venues, and how many there are."""
    return await read_page(
        conn,
        load_sql(__package__, "browse_venues"),
        {"patterns": like_patterns(q), "prefix": like_prefix(q), "size": size, "skip": page * size},
        Venue,
    )


async def read_venues(conn: Connection, venue_ids: list[str]) -> dict[str, Venue]:
    """Return venues of any organization by id."""
    if not venue_ids:
        return {}
    found = await read_many(conn, load_sql(__package__, "read_venues"), {"ids": venue_ids}, Venue)
    return {venue.id: venue for venue in found}


async def delete_venue(conn: Connection, *, organization_id: str, venue_id: str) -> None:
    await conn.execute(load_sql(__package__, "delete_venue"), {"organization_id": organization_id, "id": venue_id})


async def count_events_of_venue(conn: Connection, *, organization_id: str, venue_id: str) -> int:
    ids = {"organization_id": organization_id, "id": venue_id}
    return await read_count(conn, load_sql(__package__, "count_events_of_venue"), ids)


async def recount_venues(conn: Connection, *, organization_id: str, venue_ids: list[str]) -> None:
    """Refresh the numbers of published events of some venues."""
    if venue_ids:
        ids = {"organization_id": organization_id, "ids": venue_ids}
        await conn.execute(load_sql(__package__, "recount_venues"), ids)


async def recount_all_venues(conn: Connection, *, organization_id: str) -> None:
    await conn.execute(load_sql(__package__, "recount_all_venues"), {"organization_id": organization_id})
