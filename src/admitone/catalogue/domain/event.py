"""The stored event, and its terms for other slices."""

from datetime import datetime

from msgspec import Struct

from admitone.catalogue.contracts import Area, EventStatus, PriceLevel, SaleTerms, SeatRanges, WaitingRoomTerms
from admitone.catalogue.domain.drafts import WaitingRoomDraft, Work

NO_CURRENCY = "XXX"
"""ISO 4217 for "no currency": the terms of an event that has no prices yet."""


class Event(Struct, frozen=True, kw_only=True):
    """One row of `catalogue.events`, field by column.

    `starts_at` and `local_time` are None while the time is to be announced; `sort_at` orders such a day by its
    noon. `city`, `region` and `country_code` are set if there is no venue. `capacity` counts places for sale,
    `booking_fee` is in minor units of `currency`.
    """

    id: str
    organization_id: str
    external_id: str | None
    fingerprint: str | None
    revision: int
    status: EventStatus
    published: bool
    name: str
    subtitle: str | None
    description: str | None
    segment: str
    genre: str | None
    series: str | None
    tags: tuple[str, ...]
    works: tuple[Work, ...]
    venue_id: str | None
    city: str | None
    region: str | None
    country_code: str | None
    timezone: str
    performer_ids: tuple[str, ...]
    starts_at: datetime | None
    local_date: str
    local_time: str | None
    sort_at: datetime
    doors_at: datetime | None
    ends_at: datetime | None
    age_restriction: str | None
    image_url: str | None
    seat_map_id: str | None
    currency: str | None
    price_levels: tuple[PriceLevel, ...]
    booking_fee: int
    areas: tuple[Area, ...]
    capacity: int
    on_sale_at: datetime | None
    off_sale_at: datetime | None
    ticket_limit: int
    hold_seconds: int
    allow_orphans: bool
    waiting_room: WaitingRoomDraft
    sort_key: str
    search_key: str
    created_at: datetime
    updated_at: datetime
    open_seats: SeatRanges | None = None
    """Wheelchair places and companion seats of the map on general sale; None: there are none."""
    previous_start: str | None = None
    """When a moved event was to begin before: a moment (RFC 3339, UTC), or a day where the hour was not known."""
    series_id: str | None = None
    """The series that it is a date of."""
    image_alt: str | None = None
    """What the picture shows, in words."""
    paused_at: datetime | None = None
    """Since when its sales are paused; None: they are not. The planned end (`off_sale_at`) stays."""


def sale_closes_at(event: Event) -> datetime | None:
    """Return the planned end of the sale, or the moment since which it is paused, whichever comes first."""
    return min((moment for moment in (event.off_sale_at, event.paused_at) if moment is not None), default=None)


def sale_terms(event: Event) -> SaleTerms:
    """Return the sale terms of the event."""
    return SaleTerms(
        event_id=event.id,
        organization_id=event.organization_id,
        revision=event.revision,
        status=event.status,
        published=event.published,
        name=event.name,
        currency=event.currency or NO_CURRENCY,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        doors_at=event.doors_at,
        timezone=event.timezone,
        seat_map_id=event.seat_map_id,
        price_levels=event.price_levels,
        booking_fee=event.booking_fee,
        areas=event.areas,
        on_sale_at=event.on_sale_at,
        off_sale_at=sale_closes_at(event),
        ticket_limit=event.ticket_limit,
        hold_seconds=event.hold_seconds,
        allow_orphans=event.allow_orphans,
        capacity=event.capacity,
        open_seats=event.open_seats or (),
        waiting_room=WaitingRoomTerms(
            mode=event.waiting_room.mode,
            pre_queue_opens_at=event.waiting_room.pre_queue_opens_at,
            max_active=event.waiting_room.max_active,
            rate_per_minute=event.waiting_room.rate_per_minute,
        ),
    )


def single_ticket_fees(level: PriceLevel, booking_fee: int) -> int:
    """Return all fees of an order of one ticket, in minor units.

    The booking fee is charged once an order, and not for a free order
    (`booking.domain.pricing.price_order` charges by the same rule).
    """
    return level.fee + (booking_fee if level.amount + level.fee else 0)


def price_range(event: Event) -> tuple[int, int] | None:
    """Return the lowest and highest price of an order of one ticket, all fees included, in minor units."""
    totals = [level.amount + single_ticket_fees(level, event.booking_fee) for level in event.price_levels]
    return (min(totals), max(totals)) if totals else None
