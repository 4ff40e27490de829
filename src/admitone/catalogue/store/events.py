"""Statements over events."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from admitone.catalogue.contracts import ASSUMED_LENGTH
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.event_filter import EventFilter
from admitone.catalogue.store.rows import like_patterns, read_many, read_one, read_page, write_rows
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def upsert_events(conn: Connection, events: list[Event]) -> set[str]:
    """Return the ids that were written; a row that has changed since stays unchanged."""
    return await write_rows(conn, load_sql(__package__, "upsert_events"), events)


async def lock_event(conn: Connection, *, organization_id: str, event_id: str) -> Event | None:
    ids = {"organization_id": organization_id, "id": event_id}
    return await read_one(conn, load_sql(__package__, "lock_event"), ids, Event)


async def read_event(conn: Connection, *, organization_id: str, event_id: str) -> Event | None:
    ids = {"organization_id": organization_id, "id": event_id}
    return await read_one(conn, load_sql(__package__, "read_event"), ids, Event)


async def read_any_event(conn: Connection, event_id: str) -> Event | None:
    """Return the event of any organization, published or not."""
    return await read_one(conn, load_sql(__package__, "read_any_event"), {"id": event_id}, Event)


async def read_event_names(conn: Connection, organization_id: str, event_ids: Sequence[str]) -> dict[str, str]:
    """Return id → name."""
    cursor = await conn.execute(
        load_sql(__package__, "read_event_names"), {"organization_id": organization_id, "ids": list(event_ids)}
    )
    return {row["id"]: row["name"] for row in await cursor.fetchall()}


async def read_published_events(conn: Connection, event_ids: list[str]) -> list[Event]:
    return await read_many(conn, load_sql(__package__, "read_published_events"), {"ids": event_ids}, Event)


async def scan_published_events(conn: Connection, *, after_id: str, limit: int) -> list[Event]:
    position = {"after_id": after_id, "limit": limit}
    return await read_many(conn, load_sql(__package__, "scan_published_events"), position, Event)


async def lock_events_by_external_id(conn: Connection, *, organization_id: str, external_ids: list[str]) -> list[Event]:
    ids = {"organization_id": organization_id, "external_ids": external_ids}
    return await read_many(conn, load_sql(__package__, "lock_events_by_external_id"), ids, Event)


async def list_events(
    conn: Connection,
    *,
    organization_id: str,
    wanted: EventFilter,
    page: int,
    size: int,
    now: datetime,
) -> tuple[list[Event], int]:
    """Return a page of the organization's events, and how many there are."""
    return await read_page(
        conn,
        load_sql(__package__, "list_events"),
        {
            "organization_id": organization_id,
            **msgspec.structs.asdict(wanted),
            "patterns": like_patterns(wanted.q),
            "now": now,
            "began_after": now - ASSUMED_LENGTH,
            "size": size,
            "skip": page * size,
        },
        Event,
    )


async def coming_events_of_venue(
    conn: Connection, *, venue_id: str, now: datetime, page: int, size: int
) -> tuple[list[Event], int]:
    position = {"id": venue_id, "now": now, "began_after": now - ASSUMED_LENGTH, "size": size, "skip": page * size}
    return await read_page(conn, load_sql(__package__, "coming_events_of_venue"), position, Event)


async def coming_events_of_performer(
    conn: Connection, *, performer_id: str, now: datetime, page: int, size: int
) -> tuple[list[Event], int]:
    position = {"id": performer_id, "now": now, "began_after": now - ASSUMED_LENGTH, "size": size, "skip": page * size}
    return await read_page(conn, load_sql(__package__, "coming_events_of_performer"), position, Event)


async def lock_events_of_venue(conn: Connection, *, organization_id: str, venue_id: str) -> list[Event]:
    ids = {"organization_id": organization_id, "id": venue_id}
    return await read_many(conn, load_sql(__package__, "lock_events_of_venue"), ids, Event)


async def lock_events_of_performer(conn: Connection, *, organization_id: str, performer_id: str) -> list[Event]:
    ids = {"organization_id": organization_id, "id": performer_id}
    return await read_many(conn, load_sql(__package__, "lock_events_of_performer"), ids, Event)


async def delete_event(conn: Connection, *, organization_id: str, event_id: str) -> None:
    await conn.execute(load_sql(__package__, "delete_event"), {"organization_id": organization_id, "id": event_id})


async def lock_imports(conn: Connection, *, organization_id: str) -> None:
    """Wait until no other import of this organization is writing; held until the transaction ends."""
    await conn.execute(load_sql(__package__, "lock_imports"), {"organization_id": organization_id})


async def analyze(conn: Connection) -> None:
    """Refresh the planner's statistics; takes some tenths of a second."""
    await conn.execute(load_sql(__package__, "analyze"))
