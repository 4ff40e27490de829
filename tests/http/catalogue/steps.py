"""Steps that several tests of the catalogue's API share."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.catalogue_fixtures import PERFORMER, VENUE, small_seating_plan

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]


async def created(client: Client, kind: str, body: Json) -> Json:
    answer = await client.post(f"/organizer/{kind}", json=body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


async def event_body(client: Client, **changes: Any) -> Json:
    """Return the body of an event in a new venue with a new performer: seven seats, a box, a standing floor."""
    venue = await created(client, "venues", VENUE)
    performer = await created(client, "performers", PERFORMER)
    seat_map = await created(client, "seat-maps", {"name": "Small hall", "plan": small_seating_plan()})
    return {
        "name": "Cornucopia",
        "segment": "music",
        "venue_id": venue["id"],
        "performer_ids": [performer["id"]],
        "local_start": "2026-12-31T19:30",
        "seat_map_id": seat_map["id"],
        "price_levels": [
            {
                "name": "Best",
                "price": {"amount": 9000, "currency": "EUR"},
                "fees": {"amount": 900, "currency": "EUR"},
                "categories": ["Stalls"],
            },
            {"name": "Standing", "price": {"amount": 4000, "currency": "EUR"}},
        ],
        "general_admission": [{"name": "Floor", "capacity": 100, "price_level": "Standing"}],
        **changes,
    }


async def published_event(client: Client, **changes: Any) -> Json:
    event = await created(client, "events", await event_body(client, **changes))
    answer = await client.post(f"/organizer/events/{event['id']}/publication")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def pointers(problem: Json) -> list[str]:
    assert problem["code"] == "invalid-body", problem
    return [error["pointer"] for error in problem["errors"]]
