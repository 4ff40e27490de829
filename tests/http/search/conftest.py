"""Eight published events on the running product, found by the word "Wintermusik"."""

import json
from time import monotonic
from typing import Any

import httpx
import pytest_asyncio

from admitone.testing.organizer import Organizer, in_days
from tests.limits import SECONDS_MAX

Row = dict[str, Any]

VENUES = [
    {
        "id": "w-hall",
        "name": "Winterhalle",
        "city": "Wien",
        "region": "W",
        "country_code": "AT",
        "timezone": "Europe/Vienna",
        "location": {"lat": 48.2082, "lon": 16.3738},
    },
    {
        "id": "w-club",
        "name": "Wintergarten",
        "city": "Brooklyn",
        "region": "NY",
        "country_code": "US",
        "timezone": "America/New_York",
        "location": {"lat": 40.6782, "lon": -73.9442},
    },
]
PERFORMERS = [
    {"id": "w-quartet", "name": "Wintermusik Quartett", "genres": ["classical"]},
    {"id": "w-trio", "name": "Wintermusik Trio", "genres": ["jazz"]},
]


def event(number: int, **fields: Any) -> Row:
    return {
        "id": f"w-{number}",
        "name": f"Wintermusik {number}",
        "segment": "music",
        "genre": "classical",
        "venue_id": "w-hall",
        "performer_ids": ["w-quartet"],
        "starts_at": in_days(20 + number),
        "price_levels": [{"name": "Standing", "price": {"amount": 4050, "currency": "EUR"}}],
        "general_admission": [{"name": "Floor", "capacity": 100, "price_level": "Standing"}],
        "publish": True,
        **fields,
    }


EVENTS = [
    *(event(number) for number in range(6)),
    event(6, venue_id="w-club", performer_ids=["w-trio"], genre="jazz"),
    event(7, venue_id="w-club", performer_ids=["w-trio"], segment="arts & theatre", genre="Wintertheater"),
]


@pytest_asyncio.fixture(scope="session")
async def programme(organizer: Organizer) -> list[Row]:
    """Return the eight events as search shows them, by date."""
    lines = [
        *({"type": "venue", **row} for row in VENUES),
        *({"type": "performer", **row} for row in PERFORMERS),
        *({"type": "event", **row} for row in EVENTS),
    ]
    body = "\n".join(json.dumps(line) for line in lines)
    headers = {"Content-Type": "application/x-ndjson"}
    report = (await organizer.http.post("/organizer/imports", content=body, headers=headers)).json()
    assert report["failed"] == 0, report
    await wait_for(organizer.http, "Wintermusik", len(EVENTS))
    found = (await organizer.http.get("/events/search?q=Wintermusik&sort=date")).json()["events"]
    return [row for row in found if row["name"].startswith("Wintermusik ")]


async def wait_for(http: httpx.AsyncClient, q: str, count: int) -> None:
    deadline = monotonic() + SECONDS_MAX
    while (await http.get("/events/search", params={"q": q})).json()["page"]["total"] < count:
        assert monotonic() < deadline, f"{q} is not found"
