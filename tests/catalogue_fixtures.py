"""Fixtures of the catalogue's tests: a venue, a performer, a small seating plan, and deps that record announcements."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from admitone.catalogue.contracts import Availability, EventsChanged, SaleTerms
from admitone.catalogue.domain.pictures import PictureUnreachable
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.postgres import Connection, Pool, ReadPool
from admitone.kit.refusal import Refusal
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.authenticate import authenticate
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.organizations import create_organization
from admitone.organizers.usecases.settings import read_currencies, read_presentation

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

VENUE: dict[str, Any] = {
    "name": "Große Halle",
    "city": "Köln",
    "country_code": "DE",
    "timezone": "Europe/Berlin",
    "location": {"lat": 50.9, "lon": 6.9},
}
PERFORMER: dict[str, Any] = {"name": "Björk", "aliases": ["Bjork Gudmundsdottir"]}


def seat(guid: str, number: str, x: float, category: str = "Stalls") -> dict[str, Any]:
    return {"seat_guid": guid, "seat_number": number, "position": {"x": x, "y": 0}, "category": category}


def row(name: str, y: float, *seats: dict[str, Any]) -> dict[str, Any]:
    return {"row_number": name, "position": {"x": 0, "y": y}, "seats": list(seats)}


def small_seating_plan() -> dict[str, Any]:
    """Return two rows of four seats. The first has an aisle in the middle; one seat of the second is in a box."""
    return {
        "name": "Small hall",
        "size": {"width": 400, "height": 300},
        "categories": [{"name": "Stalls", "color": "#4C78A8"}, {"name": "Box", "color": "#F58518"}],
        "zones": [
            {
                "name": "Parterre",
                "zone_id": "parterre",
                "position": {"x": 100, "y": 100},
                "rows": [
                    row("A", 0, *(seat(f"A-{i + 1}", str(i + 1), x) for i, x in enumerate((0, 25, 100, 125)))),
                    row(
                        "B",
                        25,
                        *(seat(f"B-{i + 1}", str(i + 1), i * 25, "Box" if i == 3 else "Stalls") for i in range(4)),
                    ),
                ],
                "areas": [
                    {
                        "shape": "rectangle",
                        "position": {"x": 0, "y": -80},
                        "rectangle": {"width": 150, "height": 40},
                        "text": {"text": "BÜHNE", "position": {"x": 75, "y": 20}},
                    }
                ],
            }
        ],
    }


@dataclass
class Env:
    """A catalogue on a real database, with its announcements and the prepared answers of the other slices."""

    pool: Pool
    announced: list[SaleTerms] = field(default_factory=list)
    sold: set[str] = field(default_factory=set)
    available: dict[str, Availability] = field(default_factory=dict)
    now: datetime = NOW
    testing: bool = False
    pictures: dict[str, bytes | Refusal] = field(default_factory=dict)
    """Address → what its host answers."""
    jobs: list[tuple[str, float, dict[str, Any]]] = field(default_factory=list)
    reindexed: list[str] = field(default_factory=list)
    pictures_elsewhere: set[str] = field(default_factory=set)
    """Ids of the pictures that other slices show."""

    def __post_init__(self) -> None:
        self.organizers = OrganizersDeps(self.pool, lambda: self.now)
        self.authenticate = partial(authenticate, self.organizers)
        self.deps = Deps(
            pool=self.pool,
            read_pool=ReadPool(self.pool),
            announce=self._announce,
            has_sales=self._has_sales,
            read_availability=self._read_availability,
            now=lambda: self.now,
            defer=self._defer,
            read_presentation=partial(read_presentation, self.organizers),
            read_currencies=partial(read_currencies, self.organizers),
            fetch=self.fetch,
            reindex=self._reindex,
            find_used_pictures=self._find_used_pictures,
            testing=self.testing,
        )

    async def organization(self, name: str = "Kölner Bühnen") -> str:
        return await create_organization(self.organizers, name=name)

    async def key(self, organization_id: str, role: Role = Role.OWNER) -> str:
        return (await create_api_key(self.organizers, organization_id=organization_id, role=role, label="test")).key

    async def fetch(self, url: str) -> bytes:
        """Answer as the host of the picture does: a test sets `pictures`."""
        found = self.pictures.get(url, PictureUnreachable("The picture's host has no address."))
        if isinstance(found, Refusal):
            raise found
        return found

    async def _defer(self, _conn: Connection, name: str, /, *, wait_seconds: float = 0.0, **arguments: Any) -> None:
        self.jobs.append((name, wait_seconds, arguments))

    async def _reindex(self, _conn: Connection, event_ids: list[str]) -> None:
        self.reindexed += event_ids

    async def _find_used_pictures(self, _conn: Connection, picture_ids: list[str]) -> set[str]:
        return self.pictures_elsewhere.intersection(picture_ids)

    async def _announce(self, _conn: Connection, changed: EventsChanged) -> None:
        self.announced += changed.terms

    async def _has_sales(self, event_ids: tuple[str, ...]) -> bool:
        return not self.sold.isdisjoint(event_ids)

    async def _read_availability(self, event_ids: tuple[str, ...]) -> dict[str, Availability]:
        return {event_id: self.available[event_id] for event_id in event_ids if event_id in self.available}
