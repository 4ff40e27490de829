"""Fixtures of the search tests: a few documents with a name each, and many made from a seed."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from admitone.catalogue.contracts import DocumentPerformer, DocumentVenue, EventDocument, EventStatus

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

PLACES = (
    # name, region, country, zone, latitude, longitude
    ("New York City", "NY", "US", "America/New_York", 40.7128, -74.006),
    ("San Jose", "CA", "US", "America/Los_Angeles", 37.3382, -121.8863),
    ("San José", None, "CR", "America/Costa_Rica", 9.9281, -84.0907),
    ("München", None, "DE", "Europe/Berlin", 48.1374, 11.5755),
    ("Suva", None, "FJ", "Pacific/Fiji", -18.1416, 178.4419),
    ("Apia", None, "WS", "Pacific/Apia", -13.8333, -171.7667),
    ("Alert", None, "CA", "America/Toronto", 82.5018, -62.3481),
    ("東京", None, "JP", "Asia/Tokyo", 35.6762, 139.6503),
)


def performer(key: str, name: str, *aliases: str, kind: str | None = None) -> DocumentPerformer:
    return DocumentPerformer(f"prf_{key}", name, aliases, kind)


def venue(name: str = "Town Hall", *aliases: str, place: int = 0, known: bool = True) -> DocumentVenue:
    city, region, country, _, latitude, longitude = PLACES[place]
    key = f"ven_{name}_{place}".replace(" ", "")
    if not known:
        return DocumentVenue(None, "Venue to be announced", (), city, region, country, None, None, None)
    return DocumentVenue(key, name, aliases, city, region, country, latitude, longitude, None)


def document(key: str, name: str = "An Evening", *, place: int = 0, days: float = 30, **changes: Any) -> EventDocument:
    """Return an event `days` from `NOW`; `changes` replace fields of the document."""
    starts_at = NOW + timedelta(days=days)
    zone = PLACES[place][3]
    local = starts_at.astimezone(ZoneInfo(zone))
    fields: dict[str, Any] = {
        "id": f"evt_{key}",
        "organization_id": "org_1",
        "revision": 1,
        "external_id": None,
        "name": name,
        "subtitle": None,
        "description": None,
        "status": EventStatus.SCHEDULED,
        "segment": "music",
        "genre": "classical",
        "series": None,
        "tags": (),
        "works": (),
        "starts_at": starts_at,
        "local_date": local.date().isoformat(),
        "local_time": local.strftime("%H:%M"),
        "timezone": zone,
        "doors_at": None,
        "ends_at": None,
        "venue": venue(place=place),
        "performers": (),
        "currency": "USD",
        "price_min": 4_500,
        "price_max": 9_000,
        "on_sale_at": None,
        "off_sale_at": None,
        "image_url": f"/posters/evt_{key}.svg?v=1",
        "url": f"/e/evt_{key}",
        "capacity": 100,
        "seat_map_id": None,
        "waiting_room_mode": "off",
        "popularity": 1.0,
    }
    return EventDocument(**{**fields, **changes})


def time_to_be_announced(key: str, day: date, *, place: int = 0, **changes: Any) -> EventDocument:
    return document(key, place=place, starts_at=None, local_date=day.isoformat(), local_time=None, **changes)


def many_documents(count: int, *, seed: int = 7) -> list[EventDocument]:
    """Return documents that differ in every field that can be filtered, sorted and counted."""
    chance = random.Random(seed)
    return [_any_document(chance, number) for number in range(count)]


def _any_document(chance: random.Random, number: int) -> EventDocument:
    place = chance.randrange(len(PLACES))
    days = chance.choice([-400, -30, -1, -0.1, 0.1, 0.5, 1, 2, 30, 31, 200]) + chance.randrange(3) / 24
    changes: dict[str, Any] = {
        "segment": chance.choice(["music", "sports", "Arts & Theatre"]),
        "genre": chance.choice(["rock", "Rock", "football", None]),
        "status": chance.choice([*[EventStatus.SCHEDULED] * 5, EventStatus.POSTPONED, EventStatus.CANCELLED]),
        "venue": venue(chance.choice(["Arena", "Opera"]), place=place, known=chance.random() > 0.2),
        "performers": tuple(
            performer(str(performer_number), f"Performer {performer_number}")
            for performer_number in chance.sample(range(6), chance.randrange(3))
        ),
        "popularity": float(chance.randrange(4)),
    }
    if chance.random() < 0.15:
        changes |= {"currency": None, "price_min": None, "price_max": None, "capacity": 0}
    else:
        changes |= {"currency": chance.choice(["USD", "JPY"]), "price_min": chance.choice([0, 2_499, 2_500, 80_000])}
    changes["on_sale_at"] = chance.choice([None, NOW - timedelta(days=1), NOW + timedelta(days=1)])
    changes["off_sale_at"] = chance.choice([None, None, NOW - timedelta(hours=1)])
    changes["ends_at"] = chance.choice([None, None, NOW + timedelta(days=days, hours=chance.choice([1, 60]))])
    if number % 3 == 0:
        changes["series_id"] = f"ser_{number % 7}"
    if chance.random() < 0.15:
        day = (NOW + timedelta(days=days)).astimezone(ZoneInfo(PLACES[place][3])).date()
        return time_to_be_announced(f"{number:04}", day, place=place, **changes)
    return document(f"{number:04}", f"Show {number}", place=place, days=days, **changes)


async def in_batches(documents: Sequence[EventDocument], size: int = 100) -> AsyncIterator[list[EventDocument]]:
    for start in range(0, len(documents), size):
        yield list(documents[start : start + size])
