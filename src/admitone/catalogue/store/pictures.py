"""Statements over pictures, their files, and the addresses that they come from."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import convert

from admitone.catalogue.domain.pictures import EncodedPicture, Source, SourceState
from admitone.catalogue.store.rows import read_count
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Address = tuple[str, str]
"""(organization id, url)"""


async def insert_picture(
    conn: Connection, *, picture_id: str, organization_id: str, picture: EncodedPicture, now: datetime
) -> None:
    """Store a picture with its files; of one that is stored already, only the mark of unused pictures changes."""
    row = {"id": picture_id, "organization_id": organization_id, "width": picture.width, "height": picture.height}
    await conn.execute(load_sql(__package__, "insert_picture"), {**row, "now": now})
    for file in picture.files:
        await conn.execute(
            load_sql(__package__, "insert_picture_file"),
            {"picture_id": picture_id, "name": file.name, "media_type": file.media_type, "body": file.body},
        )


async def count_pictures(conn: Connection, *, organization_id: str) -> int:
    return await read_count(conn, load_sql(__package__, "count_pictures"), {"organization_id": organization_id})


async def read_picture_file(conn: Connection, *, picture_id: str, name: str) -> tuple[str, bytes] | None:
    """Return media type and body of one size."""
    given = {"picture_id": picture_id, "name": name}
    row = await (await conn.execute(load_sql(__package__, "read_picture_file"), given)).fetchone()
    return None if row is None else (row["media_type"], bytes(row["body"]))


async def request_sources(conn: Connection, addresses: Sequence[Address], *, now: datetime) -> list[Address]:
    """Return the addresses that are new, or failed before: they are to be fetched."""
    cursor = await conn.execute(load_sql(__package__, "request_sources"), {**_pairs(addresses), "now": now})
    return [(row["organization_id"], row["url"]) for row in await cursor.fetchall()]


async def find_unrequested(conn: Connection, *, limit: int) -> list[Address]:
    cursor = await conn.execute(load_sql(__package__, "find_unrequested"), {"limit": limit})
    return [(row["organization_id"], row["url"]) for row in await cursor.fetchall()]


async def read_sources(conn: Connection, addresses: Sequence[Address]) -> dict[Address, Source]:
    """Return what became of each known address."""
    if not addresses:
        return {}
    cursor = await conn.execute(load_sql(__package__, "read_sources"), _pairs(addresses))
    sources = convert(await cursor.fetchall(), list[Source])
    return {(source.organization_id, source.url): source for source in sources}


async def finish_source(
    conn: Connection, address: Address, *, state: SourceState, picture_id: str | None, fault: str | None, now: datetime
) -> None:
    organization_id, url = address
    await conn.execute(
        load_sql(__package__, "finish_source"),
        {
            "organization_id": organization_id,
            "url": url,
            "state": state,
            "picture_id": picture_id,
            "fault": fault,
            "now": now,
        },
    )


async def find_events_of_image(conn: Connection, address: Address) -> list[str]:
    organization_id, url = address
    given = {"organization_id": organization_id, "url": url}
    cursor = await conn.execute(load_sql(__package__, "find_events_of_image"), given)
    return [row["id"] for row in await cursor.fetchall()]


def _pairs(addresses: Sequence[Address]) -> dict[str, list[str]]:
    return {
        "organization_ids": [organization_id for organization_id, _ in addresses],
        "urls": [url for _, url in addresses],
    }
