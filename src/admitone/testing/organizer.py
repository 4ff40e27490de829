"""Simulate an organizer who puts shows on sale over HTTP, like an external program."""

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, Self

import httpx

SAMPLE = Path(__file__).parents[1] / "sample" / "seat_maps"
COLORS = ("#4C78A8", "#F58518", "#54A24B", "#E45756", "#72B7B2", "#B279A2")
SECONDS_MAX = 120.0
ATTRIBUTES: dict[str, list[str]] = {"w": ["accessible"], "c": ["companion"], ".": []}
ACCESSIBLE_ROWS = ("..wc....", "........", "wwcc....")


@dataclass(frozen=True)
class Hall:
    """A seat map: its ids by index, the categories that need prices."""

    id: str
    seats: tuple[str, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Show:
    """An event on sale. `floor` is the id of its general-admission section, if any."""

    id: str
    name: str
    hall: Hall | None
    floor: str | None
    details: dict[str, Any]

    @property
    def seats(self) -> tuple[str, ...]:
        assert self.hall is not None, "this show has no numbered seats"
        return self.hall.seats


class Installation(Protocol):
    """A running AdmitOne: its address, and an organizer's key."""

    @property
    def address(self) -> str: ...

    @property
    def api_key(self) -> str: ...


class Organizer:
    """`async with Organizer(address, api_key)`: halls, a venue and shows; every refusal fails the test."""

    def __init__(self, address: str, api_key: str) -> None:
        headers = {"Authorization": f"Bearer {api_key}"}
        self.http = httpx.AsyncClient(base_url=address, headers=headers, timeout=SECONDS_MAX)
        self._halls: dict[str, Hall] = {}
        self._venue_id: str | None = None

    @classmethod
    def of(cls, stack: Installation) -> Self:
        return cls(stack.address, stack.api_key)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self.http.post(path, json=body)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text[:500]}"
        return dict(answer.json())

    async def venue(self) -> str:
        if self._venue_id is None:
            place = {"city": "Köln", "country_code": "DE", "timezone": "Europe/Berlin"}
            spot = {"address": "Offenbachplatz 1", "location": {"lat": 50.9384, "lon": 6.9501}}
            self._venue_id = (await self.post("/organizer/venues", {"name": "Große Halle", **place, **spot}))["id"]
        return self._venue_id

    async def sample_hall(self, name: str = "round_stage") -> Hall:
        """Return one of the real seating plans that ship with the product."""
        plan = json.loads(gzip.decompress((SAMPLE / f"{name}.json.gz").read_bytes()))
        return await self._hall(name, plan)

    async def plain_hall(self, rows: int = 20, seats: int = 10) -> Hall:
        """Return rows of neighbouring seats in one category, "Stalls"."""
        return await self._hall(f"{rows} × {seats}", _plain_seating_plan(rows, seats))

    async def accessible_hall(self, rows: Sequence[str] = ACCESSIBLE_ROWS) -> Hall:
        """Return a hall with one character a seat: w wheelchair place, c companion seat, dot neither.

        Seat `1-2` is the second in the first row.
        """
        plan = _plain_seating_plan(len(rows), len(rows[0]))
        for row, marks in zip(plan["zones"][0]["rows"], rows, strict=True):
            for seat, mark in zip(row["seats"], marks, strict=True):
                seat["attributes"] = ATTRIBUTES[mark]
        return await self._hall("/".join(rows), {**plan, "name": f"Accessible hall {'/'.join(rows)}"})

    async def show(
        self, *, hall: Hall | None = None, standing: int = 0, name: str = "A Show", price: int = 4500, **fields: Any
    ) -> Show:
        """Publish an event in a month with `standing` unnumbered places. `fields` are added to the event unchanged."""
        levels = [
            _level(category, price + 500 * at, COLORS[at % len(COLORS)], [category])
            for at, category in enumerate(hall.categories if hall else ())
        ]
        if standing:
            levels.append(_level("Standing", price, "#9D755D", []))
        event: dict[str, Any] = {
            "name": name,
            "segment": "music",
            "genre": "jazz",
            "venue_id": await self.venue(),
            "starts_at": in_days(30),
            "seat_map_id": hall.id if hall else None,
            "price_levels": levels,
            "general_admission": [{"name": "Floor", "capacity": standing, "price_level": "Standing"}]
            if standing
            else [],
            **fields,
        }
        created = await self.post("/organizer/events", event)
        await self.post(f"/organizer/events/{created['id']}/publication")
        details = (await self.http.get(f"/organizer/events/{created['id']}")).json()
        areas = details["general_admission"]
        return Show(created["id"], name, hall, areas[0]["id"] if areas else None, details)

    async def cancel(self, show: Show) -> None:
        await self.post(f"/organizer/events/{show.id}/cancellation")

    async def _hall(self, key: str, plan: dict[str, Any]) -> Hall:
        if key not in self._halls:
            created = await self.post("/organizer/seat-maps", {"name": plan["name"], "plan": plan})
            geometry = (await self.http.get(f"/seat-maps/{created['id']}")).json()
            seats = [seat for section in geometry["sections"] for row in section["rows"] for seat in row["seats"]]
            ids = tuple(seat["id"] for seat in sorted(seats, key=lambda seat: int(seat["index"])))
            categories = tuple(category["name"] for category in created["categories"])
            self._halls[key] = Hall(created["id"], ids, categories)
        return self._halls[key]


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _level(name: str, amount: int, color: str, categories: list[str]) -> dict[str, Any]:
    money = {"price": {"amount": amount, "currency": "EUR"}, "fees": {"amount": amount // 10, "currency": "EUR"}}
    return {"name": name, **money, "color": color, "categories": categories}


def _plain_seating_plan(rows: int, seats: int) -> dict[str, Any]:
    def seat(row: int, number: int) -> dict[str, Any]:
        where = {"position": {"x": number * 25, "y": 0}, "category": "Stalls"}
        return {"seat_guid": f"{row}-{number}", "seat_number": str(number), **where}

    drawn = [
        {
            "row_number": str(row),
            "position": {"x": 0, "y": row * 30},
            "seats": [seat(row, number) for number in range(1, seats + 1)],
        }
        for row in range(1, rows + 1)
    ]
    return {
        "name": f"Plain hall of {rows} × {seats}",
        "size": {"width": seats * 25 + 100, "height": rows * 30 + 200},
        "categories": [{"name": "Stalls", "color": COLORS[0]}],
        "zones": [{"name": "Stalls", "zone_id": "stalls", "position": {"x": 50, "y": 100}, "rows": drawn, "areas": []}],
    }
