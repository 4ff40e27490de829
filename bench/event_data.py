"""Read a data pack (`events`, `events_intl_football`, `venues`, `performers`, `cities` as `.jsonl.gz`) as documents."""

import gzip
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from admitone.catalogue.contracts import DocumentPerformer, DocumentVenue, EventDocument, EventStatus
from admitone.search.domain.entities import city_key

Row = dict[str, Any]
EVENT_FILES = ("events", "events_intl_football")


def rows(folder: Path, name: str) -> Iterator[Row]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def documents(folder: Path) -> Iterator[EventDocument]:
    venues = {row["id"]: row for row in rows(folder, "venues")}
    performers = {row["id"]: row for row in rows(folder, "performers")}
    for name in EVENT_FILES:
        for row in rows(folder, name):
            yield event(row, venues.get(row.get("venue_id")), performers)


def event(row: Row, venue: Row | None, performers: dict[str, Row]) -> EventDocument:
    segment, _, genre = row["category"].partition("/")
    names = {performer["id"]: performer["name"] for performer in row["performers"]}
    known = [performers.get(name, {}) for name in names]
    return EventDocument(
        id=row["id"],
        organization_id="org_bench",
        revision=1,
        external_id=row["id"],
        name=row["title"],
        subtitle=row.get("subtitle"),
        description=None,
        status=EventStatus(row.get("status", "scheduled")),
        segment=segment,
        genre=genre,
        series=row.get("series"),
        tags=tuple(row.get("tags", ())),
        works=tuple((work.get("composer", ""), work.get("work", "")) for work in row.get("program", ())),
        starts_at=datetime.fromisoformat(row["start_utc"]) if "start_utc" in row else None,
        local_date=row["start_date"],
        local_time=row.get("start_time"),
        timezone=row.get("timezone", "UTC"),
        doors_at=None,
        ends_at=None,
        venue=place(row, venue),
        performers=tuple(
            DocumentPerformer(performer_id, name, tuple(more.get("aliases", ())), more.get("kind"))
            for (performer_id, name), more in zip(names.items(), known, strict=True)
        ),
        currency=None,
        price_min=None,
        price_max=None,
        on_sale_at=None,
        off_sale_at=None,
        image_url="",
        url="",
        capacity=0,
        seat_map_id=None,
        waiting_room_mode="off",
        popularity=float(max((performer_facts.get("n_events", 1) for performer_facts in known), default=1)),
    )


def place(row: Row, venue: Row | None) -> DocumentVenue:
    city, country = row.get("city", ""), row.get("country", "")
    if venue is None:
        return DocumentVenue(None, "Venue to be announced", (), city, None, country, None, None, None)
    former = [row["venue_name"]] if row.get("venue_name") not in (None, venue["name"]) else []
    aliases = (*venue.get("aliases", ()), *former)
    lat, lon, region = venue.get("lat"), venue.get("lon"), venue.get("region")
    return DocumentVenue(venue["id"], venue["name"], aliases, city or venue["city"], region, country, lat, lon, None)


def city_aliases(folder: Path) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for row in rows(folder, "cities"):
        key = city_key(row["name"], row["country"])
        names[key] = (*names.get(key, ()), *row.get("aliases", ()))
    return names


async def in_batches(everything: Sequence[EventDocument], size: int = 1_000) -> AsyncIterator[list[EventDocument]]:
    for start in range(0, len(everything), size):
        yield list(everything[start : start + size])
