"""Statements over what organizations tell buyers about themselves."""

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.domain.settings import Settings


async def read_settings(conn: Connection, organization_id: str) -> tuple[str, Settings] | None:
    """Return the organization's name and its settings; None if there is no such organization."""
    cursor = await conn.execute(load_sql(__package__, "read_settings"), {"organization_id": organization_id})
    row = await cursor.fetchone()
    if row is None:
        return None
    currencies = tuple(row["currencies"] or ())
    return row["name"], Settings(row["logo_url"], row["imprint"], row["privacy"], currencies)


async def write_settings(conn: Connection, organization_id: str, settings: Settings) -> None:
    values = {
        "organization_id": organization_id,
        "logo_url": settings.logo_url,
        "imprint": settings.imprint,
        "privacy": settings.privacy,
        "currencies": list(settings.currencies) or None,
    }
    await conn.execute(load_sql(__package__, "write_settings"), values)


async def find_logos(conn: Connection, picture_ids: list[str]) -> set[str]:
    cursor = await conn.execute(load_sql(__package__, "find_logos"), {"picture_ids": picture_ids})
    return {row["picture_id"] for row in await cursor.fetchall()}
