"""The contract of the catalogue with other slices: frozen data, no I/O."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.kit.moments import utc_text
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Kind, Refusal

NOT_IN_ORGANIZATION = "There is no such event in your organization."


ASSUMED_LENGTH = timedelta(hours=3)
"""The assumed length of an event without an end."""
PICTURE_BYTES_MAX = 10 * 1024 * 1024
PICTURE_WIDTHS = (400, 800, 1600)
"""Widths of the files of an own picture: `/pictures/{id}/400.webp`. A smaller picture is not enlarged."""


class EventNotFound(Refusal):
    """No such event for this caller: unknown, not published, or another organization's."""

    code = "event-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self, event_id: str, detail: str = "There is no such event, or it is not published.") -> None:
        super().__init__(detail, event_id=event_id)


class EventStatus(Enum):
    """Only the organizer sees a `draft`; everybody sees the others."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


SeatRanges = tuple[tuple[int, int], ...]
"""(first, last) seat indexes, both included."""


class PriceLevel(Struct, frozen=True):
    """A price of an event. Amounts in minor units of the event's currency; the buyer pays amount + fee."""

    id: str
    name: str
    amount: int
    fee: int
    color: str
    categories: tuple[str, ...] = ()
    """Categories of the seating plan that are sold at this level."""
    seat_ranges: SeatRanges = ()
    """These seats are sold at this level instead of their category's."""


class Area(Struct, frozen=True):
    """A general-admission section: places without numbers."""

    id: str
    name: str
    capacity: int
    price_level_id: str


class WaitingRoomTerms(Struct, frozen=True):
    """How people enter the sale. `mode`: off, always, or auto (while checkout is overloaded)."""

    mode: str = "off"
    pre_queue_opens_at: datetime | None = None
    max_active: int | None = None
    rate_per_minute: int | None = None


class SaleTerms(Struct, frozen=True):
    """The terms by which booking sells an event. `revision` grows with every change of the event."""

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
    capacity: int = 0
    """Places for sale: seats whose category has a price level, and general admission."""
    waiting_room: WaitingRoomTerms = WaitingRoomTerms()
    booking_fee: int = 0
    """Minor units, once a booking; see `booking.domain.pricing`."""
    open_seats: SeatRanges = ()
    """Wheelchair places and companion seats that are on general sale."""
    ends_at: datetime | None = None
    doors_at: datetime | None = None


class EventsChanged(Struct, frozen=True):
    """Fact: these events were published, withdrawn, cancelled, postponed, or their terms changed.

    Announced in the transaction that changes them, so the slices above are never behind.
    """

    terms: tuple[SaleTerms, ...]


Announce = Callable[[Connection, EventsChanged], Awaitable[None]]
"""The role passes it to the catalogue: inform the slices above, in the same transaction."""


class Seat(Struct, frozen=True, gc=False):
    """One numbered seat. `gc=False`: it contains no cycle, so the garbage collector skips 40,000 of them."""

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
    """The focal point: the middle of the stage, or of the map."""
    companions: tuple[tuple[int, int], ...] = ()
    """(index of a companion seat, index of the wheelchair place that it belongs to)"""


ReadSeatMap = Callable[[str], Awaitable[SeatMap]]
"""seat_map_id → SeatMap (cached in the process: seat maps never change)."""


class NamedChanged(Struct, frozen=True):
    """Fact: performers or venues of these ids are new, renamed or deleted."""

    ids: tuple[str, ...]


AnnounceNamed = Callable[[Connection, NamedChanged], Awaitable[None]]
"""Like `Announce`, for performers and venues: people look them up before they have events."""


class EventDocument(Struct, frozen=True):
    """An event for search and pages: flat, with the names that people type."""

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
    """Lowest price of an order of one ticket, all fees included, in minor units."""
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
    updated_at: datetime | None = None  # None in an index that was built before this member existed
    series_id: str | None = None
    """The series that it is a date of. `series` is a text of the organizer's: a festival, a competition."""


class DocumentVenue(Struct, frozen=True):
    """`id` is None while the venue is to be announced; city, country and zone are always known."""

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


class NamedDocuments(Struct, frozen=True):
    """Performers and venues, with or without events."""

    performers: tuple[DocumentPerformer, ...]
    venues: tuple[DocumentVenue, ...]


class Availability(Struct, frozen=True):
    """How much of an event is left, at most a few seconds old."""

    event_id: str
    word: str
    """available | limited | sold_out | off_sale"""
    available: int
    capacity: int
    by_section: dict[str, int]
    """Section id (seated or general admission) → places available now."""


ReadAvailability = Callable[[tuple[str, ...]], Awaitable[dict[str, Availability]]]
"""Event ids → Availability. The role connects it to booking. Missing ids are not on sale."""

ReadWaitingRoom = Callable[[str], Awaitable[tuple[bool, str]]]
"""event_id → (whether checkout asks for a pass, the waiting room's state), if its mode is not off. The role connects it
to the waiting room."""

ReadDocuments = Callable[[tuple[str, ...]], Awaitable[list[EventDocument]]]
"""Event ids → documents of the published ones."""

ReadPosition = Callable[[], Awaitable[str | None]]
"""The position of the catalogue now, which its scans take: they see everything that is committed before."""

ScanDocuments = Callable[[str, int, str | None], Awaitable[list[EventDocument]]]
"""(after this event id, limit, position) → published documents in id order, for rebuilding an index."""

ReadNamedDocuments = Callable[[tuple[str, ...]], Awaitable[NamedDocuments]]
"""Ids of performers and venues → the existing ones."""

ScanNamed = Callable[[str, int, str | None], Awaitable[tuple[str, ...]]]
"""(after this id, limit, position) → ids of all performers and venues in their order."""


class Place(Struct, frozen=True):
    """Degrees in WGS 84."""

    lat: float
    lon: float


class ListedPerformer(Struct, frozen=True, kw_only=True):
    """The public view of a performer; `event_count` counts all their published events."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    genres: tuple[str, ...] = ()
    image_url: str | None = None
    external_id: str | None = None
    event_count: int = 0
    url: str


class ListedVenue(Struct, frozen=True, kw_only=True):
    """The public view of a venue; `event_count` counts all its published events."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    address: str | None = None
    city: str
    region: str | None = None
    country_code: str
    location: Place | None = None
    timezone: str
    capacity: int | None = None
    image_url: str | None = None
    external_id: str | None = None
    event_count: int = 0
    url: str


ListPerformers = Callable[[str, int, int], Awaitable[tuple[list[ListedPerformer], int]]]
"""(words of the name, page, size) → the page's performers, and how many there are on all pages."""

ListVenues = Callable[[str, int, int], Awaitable[tuple[list[ListedVenue], int]]]
"""(words of the name, page, size) → the page's venues, and how many there are on all pages."""

ReadPerformer = Callable[[str], Awaitable[tuple[ListedPerformer, int]]]
"""id → the performer, and how many events are coming. Raises `PerformerNotFound`."""

ReadVenue = Callable[[str], Awaitable[tuple[ListedVenue, int]]]
"""id → the venue, and how many events are coming. Raises `VenueNotFound`."""

ReadSaleTerms = Callable[[str], Awaitable[SaleTerms | None]]
"""event_id → its sale terms, published or not; None if there is no such event."""


ReadEventNames = Callable[[str, Sequence[str]], Awaitable[dict[str, str]]]
"""(organization, event ids) → names, published or not; other organizations' events are missing."""


def event_summary(
    document: EventDocument, availability: Availability | None, distance_km: float | None = None
) -> dict[str, Any]:
    """Return the `Summary` of the HTTP contract as plain JSON values; no other place shapes it.

    Without `availability` the event is `off_sale`. Unknown members are left out if optional, else null.
    """
    summary: dict[str, Any] = {
        "id": document.id,
        "name": document.name,
        "status": document.status.value,
        "starts_at": utc_text(document.starts_at),
        "timezone": document.timezone,
        "local_date": document.local_date,
        "local_time": document.local_time,
        "segment": document.segment,
        "genre": document.genre,
        "image_url": document.image_url,
        "venue": _venue_summary(document.venue),
        "performers": [{"id": performer.id, "name": performer.name} for performer in document.performers],
        "availability": availability.word if availability else "off_sale",
        "on_sale_at": utc_text(document.on_sale_at),
        "url": document.url,
    }
    if document.currency is not None and document.price_min is not None and document.price_max is not None:
        summary["price_range"] = {
            "min": {"amount": document.price_min, "currency": document.currency},
            "max": {"amount": document.price_max, "currency": document.currency},
        }
    optional = {
        "subtitle": document.subtitle,
        "series": document.series,
        "series_id": document.series_id,
        "external_id": document.external_id,
        "distance_km": None if distance_km is None else round(distance_km, 1),
    }
    summary.update({name: value for name, value in optional.items() if value is not None})
    return summary


def event_end(starts_at: datetime | None, ends_at: datetime | None) -> datetime | None:
    """Return when an event is over: at its end, else `ASSUMED_LENGTH` after its start; None while both are unknown."""
    if ends_at is not None or starts_at is None:
        return ends_at
    return starts_at + ASSUMED_LENGTH


def sale_end(*, starts_at: datetime | None, ends_at: datetime | None, off_sale_at: datetime | None) -> datetime | None:
    """Return when the online sale closes: at `off_sale_at`, else when the event is over. The only place of this
    rule."""
    return off_sale_at or event_end(starts_at, ends_at)


def _venue_summary(venue: DocumentVenue) -> dict[str, Any]:
    is_placed = venue.latitude is not None and venue.longitude is not None
    place = {"lat": venue.latitude, "lon": venue.longitude} if is_placed else None
    region = {} if venue.region is None else {"region": venue.region}
    summary = {"id": venue.id, "name": venue.name, "city": venue.city}
    return {**summary, **region, "country_code": venue.country_code, "location": place}
