"""Dependencies of the catalogue's use cases; the role provides them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cachetools import LRUCache

from admitone.catalogue.contracts import (
    Announce,
    AnnounceNamed,
    NamedChanged,
    ReadAvailability,
    ReadWaitingRoom,
    SaleTerms,
    SeatMap,
)
from admitone.catalogue.contracts.seat_terms import RecordPrices
from admitone.catalogue.domain.pictures import PictureUnreachable
from admitone.kit.jobs import Defer
from admitone.kit.postgres import Connection, Pool, ReadPool
from admitone.organizers.contracts import Identity
from admitone.organizers.contracts.settings import Presentation, ReadCurrencies, ReadPresentation

SEAT_MAPS_MAX = 64
"""A map of 40,000 seats takes about 15 MB as objects; few venues of that size are on sale at once."""

HasSales = Callable[[tuple[str, ...]], Awaitable[bool]]
"""Event ids → whether a ticket of any of them is held or sold. The role connects it to booking."""


FetchPicture = Callable[[str], Awaitable[bytes]]
"""Address → the bytes there. Raises `PictureRefused`, `PictureUnreachable`."""


Record = TypeVar("Record")
Watch = Callable[[Record], None]
"""Gets a record as it was before it is changed or deleted: for the audit trail."""


def unwatched(_record: object) -> None:
    """Where no trail is kept."""


FindUsedPictures = Callable[[Connection, list[str]], Awaitable[set[str]]]
"""Picture ids → those that other slices show."""


async def announce_nowhere(_conn: Connection, _changed: NamedChanged) -> None:
    """No-op if suggestions of performers and venues are disabled."""


async def no_waiting_room(_event_id: str) -> tuple[bool, str]:
    """Without the waiting room slice, every sale is open."""
    return False, "open"


async def no_organization(_organization_id: str) -> Presentation | None:
    """Where organizations are not plugged in, an event does not name one."""
    return None


async def every_currency(_organization_id: str) -> tuple[str, ...]:
    """Where organizations are not plugged in, none of them restricts its currencies."""
    return ()


async def fetch_nowhere(_url: str) -> bytes:
    """Where only the worker fetches pictures."""
    raise PictureUnreachable("This process fetches no pictures.")


async def reindex_nowhere(_conn: Connection, _event_ids: list[str]) -> None:
    """No-op where there is no index."""


async def record_no_prices(_conn: Connection, _made_by: Identity, _before: SaleTerms, _after: SaleTerms) -> None:
    """Where nothing is sold, no change of a price is undone."""


async def no_used_pictures(_conn: Connection, _picture_ids: list[str]) -> set[str]:
    """Where no other slice shows pictures."""
    return set()


@dataclass(frozen=True)
class Deps:
    """`reindex`: events look different in search now, though they did not change. `testing` allows holds of 5 s.
    `read_pool`: for what is only shown, perhaps from a replica. `seat_maps`: the maps that this process used last; they
    never change."""

    pool: Pool
    read_pool: ReadPool
    announce: Announce
    has_sales: HasSales
    read_availability: ReadAvailability
    now: Callable[[], datetime]
    defer: Defer
    testing: bool = False
    read_waiting_room: ReadWaitingRoom = no_waiting_room
    announce_named: AnnounceNamed = announce_nowhere
    read_presentation: ReadPresentation = no_organization
    read_currencies: ReadCurrencies = every_currency
    fetch: FetchPicture = fetch_nowhere
    find_used_pictures: FindUsedPictures = no_used_pictures
    record_prices: RecordPrices = record_no_prices
    reindex: Callable[[Connection, list[str]], Awaitable[None]] = reindex_nowhere
    seat_maps: LRUCache[str, SeatMap] = field(default_factory=lambda: LRUCache(SEAT_MAPS_MAX))

    @property
    def hold_seconds_min(self) -> int:
        return 5 if self.testing else 60
