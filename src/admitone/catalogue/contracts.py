"""What other slices may know of the catalogue: frozen data, no behaviour that does I/O."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum

from msgspec import Struct

from admitone.kit.postgres import Connection


class EventStatus(Enum):
    """`draft` is seen by its organizer alone; the others by everybody."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


class PriceLevel(Struct, frozen=True):
    """A price of an event. Amounts in minor units of the event's currency; the buyer pays amount + fee."""

    id: str
    name: str
    amount: int
    fee: int
    color: str
    categories: tuple[str, ...] = ()
    """Categories of the seating plan that are sold at this level."""


class Area(Struct, frozen=True):
    """A general-admission section: places without numbers."""

    id: str
    name: str
    capacity: int
    price_level_id: str


class SaleTerms(Struct, frozen=True):
    """All that selling one event needs to know. `revision` grows with every change of the event."""

    event_id: str
    organization_id: str
    revision: int
    status: EventStatus
    published: bool
    name: str
    currency: str
    starts_at: datetime | None
    timezone: str
    seat_map_id: str | None
    price_levels: tuple[PriceLevel, ...]
    areas: tuple[Area, ...]
    on_sale_at: datetime | None
    off_sale_at: datetime | None
    ticket_limit: int
    hold_seconds: int
    allow_orphans: bool


class EventsChanged(Struct, frozen=True):
    """Fact: these events were published, withdrawn, cancelled, postponed, or their terms changed.

    Announced in the transaction that changes them, so that whoever follows is never behind.
    """

    terms: tuple[SaleTerms, ...]


Announce = Callable[[Connection, EventsChanged], Awaitable[None]]
"""Given to the catalogue by the role: tells the slices above, in the same transaction."""


class Seat(Struct, frozen=True):
    id: str
    index: int
    number: str
    row: str
    section_id: str
    section: str
    category: str
    x: float
    y: float
    attributes: tuple[str, ...] = ()
    """Of: accessible, companion, restricted_view."""


class SeatMap(Struct, frozen=True):
    """The numbered seats of a plan, in index order (0 … n−1, row after row, neighbours adjacent), immutable.

    `runs` cut the seats into stretches without a gap or an aisle: (first index, one past the last). Two seats
    are neighbours when they are consecutive in one run.
    """

    id: str
    seats: tuple[Seat, ...]
    runs: tuple[tuple[int, int], ...]
    focal_point: tuple[float, float]
    """Where the audience looks: middle of the stage, or of the map."""


ReadSeatMap = Callable[[str], Awaitable[SeatMap]]
"""seat_map_id → SeatMap (cached in the process: seat maps never change)."""


class EventDocument(Struct, frozen=True):
    """An event as search and pages see it: flat, with the names that people type."""

    id: str
    organization_id: str
    revision: int
    external_id: str | None
    name: str
    subtitle: str | None
    description: str | None
    status: EventStatus
    segment: str
    genre: str | None
    series: str | None
    tags: tuple[str, ...]
    works: tuple[tuple[str, str], ...]
    """(composer, work)"""
    starts_at: datetime | None
    local_date: str
    local_time: str | None
    timezone: str
    doors_at: datetime | None
    ends_at: datetime | None
    venue: "DocumentVenue"
    performers: tuple["DocumentPerformer", ...]
    currency: str | None
    price_min: int | None
    """Cheapest total (fees included) in minor units."""
    price_max: int | None
    on_sale_at: datetime | None
    off_sale_at: datetime | None
    image_url: str
    url: str
    capacity: int
    seat_map_id: str | None
    waiting_room_mode: str
    popularity: float
    """≥ 0; grows with capacity and with the number of events of its performers."""


class DocumentVenue(Struct, frozen=True):
    """`id` is None where the venue is to be announced; city, country and zone are always known."""

    id: str | None
    name: str
    aliases: tuple[str, ...]
    city: str
    region: str | None
    country_code: str
    latitude: float | None
    longitude: float | None
    address: str | None


class DocumentPerformer(Struct, frozen=True):
    id: str
    name: str
    aliases: tuple[str, ...]
    kind: str | None


class Availability(Struct, frozen=True):
    """How much of an event is left, at most a few seconds old."""

    event_id: str
    word: str
    """available | limited | sold_out | off_sale"""
    available: int
    capacity: int
    by_section: dict[str, int]
    """Section id (seated or general admission) → places that can be had now."""


ReadAvailability = Callable[[tuple[str, ...]], Awaitable[dict[str, Availability]]]
"""Event ids → Availability, plugged in by the role from the booking slice. Missing ids are not on sale."""

ReadDocuments = Callable[[tuple[str, ...]], Awaitable[list[EventDocument]]]
"""Event ids → documents of those that are published (others are left out)."""

ScanDocuments = Callable[[str, int], Awaitable[list[EventDocument]]]
"""(after this event id, at most so many) → published documents in id order, for rebuilding an index."""
