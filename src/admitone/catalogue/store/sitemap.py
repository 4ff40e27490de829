"""Statements over events, performers and venues for the sitemap."""

from datetime import datetime

from msgspec import convert

from admitone.catalogue.contracts import ASSUMED_LENGTH
from admitone.catalogue.contracts.sitemap import SitemapEntry
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def read_sitemap_shards(
    conn: Connection, *, kind: str, now: datetime, shard_size: int
) -> list[tuple[str, datetime]]:
    """Return where each part of `shard_size` entries begins. Events that are over at `now` are left out."""
    given = {"kind": kind, "now": now, "began_after": now - ASSUMED_LENGTH, "shard_size": shard_size}
    cursor = await conn.execute(load_sql(__package__, "read_sitemap_shards"), given)
    return [(row["first_id"], row["updated_at"]) for row in await cursor.fetchall()]


async def read_sitemap_entries(
    conn: Connection, *, kind: str, now: datetime, first_id: str, shard_size: int
) -> list[SitemapEntry]:
    """Return one part, from `first_id` on."""
    given = {
        "kind": kind,
        "now": now,
        "began_after": now - ASSUMED_LENGTH,
        "first_id": first_id,
        "shard_size": shard_size,
    }
    cursor = await conn.execute(load_sql(__package__, "read_sitemap_entries"), given)
    return convert(await cursor.fetchall(), list[SitemapEntry])
