"""Find the records behind the ids in drafts, within the writing organization."""

from collections.abc import Sequence

import msgspec

from admitone.catalogue.domain.build_event import References, SeatMapReference, VenueReference
from admitone.catalogue.domain.drafts import EventDraft
from admitone.catalogue.domain.pictures import own_picture_id
from admitone.catalogue.domain.records import CategoryCount, SectionCount
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def find_references(
    conn: Connection, *, organization_id: str, drafts: Sequence[EventDraft], by_external_id: bool = False
) -> References:
    """Look up all records that the drafts refer to; with `by_external_id`, venues and performers by the sender's
    ids."""
    venue_ids = list({draft.venue_id for draft in drafts if draft.venue_id is not None})
    performer_ids = list({performer_id for draft in drafts for performer_id in draft.performer_ids})
    seat_map_ids = list({draft.seat_map_id for draft in drafts if draft.seat_map_id is not None})

    async def find(statement: str, ids: list[str]) -> list[dict[str, str]]:
        return await _find(conn, statement, organization_id, ids)

    venues = await find("find_venues_by_external_id" if by_external_id else "find_venues", venue_ids)
    performers = await find("find_performers_by_external_id" if by_external_id else "find_performers", performer_ids)
    seat_maps = await find("find_seat_maps", seat_map_ids)
    image_urls = [draft.image_url for draft in drafts]
    pictures = await find_pictures(conn, organization_id=organization_id, image_urls=image_urls)
    return References(
        venues={row["reference"]: VenueReference(row["id"], row["timezone"]) for row in venues},
        performers={row["reference"]: row["id"] for row in performers},
        seat_maps={
            row["id"]: SeatMapReference(row["id"], _counts(row["categories"]), _names(row["sections"]))
            for row in seat_maps
        },
        pictures=pictures,
    )


async def find_pictures(conn: Connection, *, organization_id: str, image_urls: Sequence[str | None]) -> frozenset[str]:
    """Return the ids of the organization's own pictures at these addresses; they stay until the transaction ends."""
    ids = {picture_id for url in image_urls if (picture_id := own_picture_id(url or ""))}
    return frozenset(row["id"] for row in await _find(conn, "find_pictures", organization_id, sorted(ids)))


async def _find(conn: Connection, statement: str, organization_id: str, ids: list[str]) -> list[dict[str, str]]:
    # PostgreSQL accepts no NUL; an id with one is unknown, and the draft's own check names it.
    clean = [identifier for identifier in ids if "\0" not in identifier]
    if not clean:
        return []
    cursor = await conn.execute(load_sql(__package__, statement), {"organization_id": organization_id, "ids": clean})
    return await cursor.fetchall()


def _counts(categories: str) -> dict[str, int]:
    return {
        category.name: category.seat_count for category in msgspec.json.decode(categories, type=list[CategoryCount])
    }


def _names(sections: str) -> tuple[str, ...]:
    return tuple(section.name for section in msgspec.json.decode(sections, type=list[SectionCount]))
