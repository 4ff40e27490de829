"""Put an event on sale for the benchmark: the sample's stadium, a larger synthetic one, or a standing area."""

import gzip
import itertools
import json
from dataclasses import dataclass
from typing import Any

from admitone.runtime.bundled_facts import SAMPLE_FOLDER
from bench.http_client import Connection

SAMPLE = SAMPLE_FOLDER / "seat_maps"
SYNTHETIC = {"synthetic": (60, 25, 40), "hall": (10, 10, 40)}
"""Sections, rows a section, seats a row."""
STANDING_CAPACITY = 40_000


@dataclass(frozen=True)
class OnSale:
    """`groups` by section: neighbours that leave no orphan in any order: two, or three where a row is odd.

    `seat_ids` and `group_of` by index; `area` for standing places.
    """

    event_id: str
    seat_ids: list[str]
    groups: list[list[range]]
    group_of: list[range]
    area: str | None
    places: int


async def put_on_sale(
    connection: Connection, api_key: str, kind: str, *, capacity: int = STANDING_CAPACITY, **more: Any
) -> OnSale:
    """Create, price and publish an event; `kind`: stadium (39,616 seats), synthetic (60,000), hall (4,000) or standing.

    `more`: additional members of the event.
    """
    api = _Api(connection, api_key)
    venue = await api.post(
        "/organizer/venues", {"name": "Bench", "city": "Vienna", "country_code": "AT", "timezone": "Europe/Vienna"}
    )
    level = {"name": "A", "price": {"amount": 12_000, "currency": "EUR"}, "fees": {"amount": 500, "currency": "EUR"}}
    event = {
        "name": "Bench",
        "venue_id": venue["id"],
        "performer_ids": [],
        "segment": "sports",
        "local_start": "2030-06-30T19:30",
        **more,
    }
    if kind == "standing":
        event |= {
            "price_levels": [level],
            "general_admission": [{"name": "Field", "capacity": capacity, "price_level": "A"}],
        }
    else:
        plan = seating_plan(kind)
        seat_map = await api.post("/organizer/seat-maps", {"name": f"Bench {kind}", "plan": plan})
        categories = [category["name"] for category in plan["categories"]]
        event |= {"seat_map_id": seat_map["id"], "price_levels": [level | {"categories": categories}]}
    created = await api.post("/organizer/events", event)
    await api.post(f"/organizer/events/{created['id']}/publication", {})
    details = await api.get(f"/events/details/{created['id']}")
    await api.get(details["seats_url"])  # issues the tickets and loads the map
    if kind == "standing":
        return OnSale(created["id"], [], [], [], details["sections"][0]["id"], capacity)
    geometry = await api.get(details["seat_map"]["url"])
    return _seated(created["id"], geometry)


def seating_plan(kind: str) -> dict[str, Any]:
    """Return the plan of the stadium, or of a synthetic hall."""
    return _stadium() if kind == "stadium" else _synthetic(*SYNTHETIC[kind])


def _seated(event_id: str, geometry: dict[str, Any]) -> OnSale:
    seat_ids = [""] * geometry["seat_count"]
    for section in geometry["sections"]:
        for row in section["rows"]:
            for seat in row["seats"]:
                seat_ids[seat["index"]] = seat["id"]
    runs = geometry["runs"]
    section_of = {
        seat["index"]: number
        for number, section in enumerate(geometry["sections"])
        for row in section["rows"]
        for seat in row["seats"]
    }
    groups: list[list[range]] = [[] for _ in geometry["sections"]]
    for start, end in runs:
        groups[section_of[start]] += cut(start, end)
    group_of = [range(0)] * len(seat_ids)
    for group in itertools.chain.from_iterable(groups):
        group_of[group.start : group.stop] = [group] * len(group)
    return OnSale(event_id, seat_ids, [section for section in groups if section], group_of, None, len(seat_ids))


def cut(start: int, end: int) -> list[range]:
    """Cut a run into pairs; if its length is odd, the last pair becomes three."""
    pairs = [range(at, at + 2) for at in range(start, end - 1, 2)]
    if (end - start) % 2:
        pairs[-1:] = [range(pairs[-1].start if pairs else start, end)]
    return pairs


class _Api:
    def __init__(self, connection: Connection, api_key: str) -> None:
        self._connection, self._headers = connection, f"Authorization: Bearer {api_key}\r\n"

    async def get(self, path: str) -> Any:
        return self._read(await self._connection.request("GET", path, headers=self._headers))

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._read(await self._connection.request("POST", path, json.dumps(body).encode(), self._headers))

    @staticmethod
    def _read(answer: Any) -> Any:
        if answer.status >= 300:
            raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")
        return json.loads(answer.body)


def _stadium() -> dict[str, Any]:
    path = next(SAMPLE.glob("metalist*"))
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    plan: dict[str, Any] = json.loads(text)
    return plan


def _synthetic(sections: int, rows: int, seats: int) -> dict[str, Any]:
    zones = [
        {
            "name": f"Block {zone + 1}",
            "position": {"x": (zone % 10) * 1_200, "y": (zone // 10) * 900},
            "rows": [
                {
                    "row_number": str(row + 1),
                    "position": {"x": 0, "y": row * 30},
                    "seats": [
                        {
                            "seat_guid": f"{zone}-{row}-{seat}",
                            "seat_number": str(seat + 1),
                            "position": {"x": seat * 25, "y": 0},
                            "category": "All",
                        }
                        for seat in range(seats)
                    ],
                }
                for row in range(rows)
            ],
            "areas": [],
        }
        for zone in range(sections)
    ]
    return {
        "name": "Synthetic",
        "categories": [{"name": "All", "color": "#4C78A8"}],
        "zones": zones,
        "size": {"width": 12_000, "height": 5_400},
    }
