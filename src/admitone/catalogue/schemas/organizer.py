"""The organizer's views of its records. `revision` is the number in the `ETag`."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from admitone.catalogue.contracts import EventStatus, PriceLevel
from admitone.catalogue.domain.drafts import Location, WaitingRoomDraft, Work
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.pictures import Source, picture_address
from admitone.catalogue.domain.records import Performer, SeatMapRecord, Venue
from admitone.catalogue.domain.room import Room
from admitone.catalogue.domain.seating_plan import SeatingPlan
from admitone.catalogue.schemas.pictures import ImageView
from admitone.kit.money import Money
from admitone.kit.paging import Page


class VenueView(Struct, frozen=True, kw_only=True):
    id: str
    external_id: str | None
    revision: int
    name: str
    aliases: tuple[str, ...]
    kind: str | None
    address: str | None
    city: str
    region: str | None
    country_code: str
    location: Location | None
    timezone: str
    capacity: int | None
    image_url: str | None
    created_at: datetime
    updated_at: datetime


class PerformerView(Struct, frozen=True, kw_only=True):
    id: str
    external_id: str | None
    revision: int
    name: str
    aliases: tuple[str, ...]
    kind: str | None
    genres: tuple[str, ...]
    image_url: str | None
    created_at: datetime
    updated_at: datetime


class SeatMapSectionView(Struct, frozen=True):
    id: str
    name: str
    seat_count: int
    categories: dict[str, int]


class SeatMapCategoryView(Struct, frozen=True):
    name: str
    color: str
    seat_count: int


class SeatMapView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    revision: int
    name: str
    seat_count: int
    sections: tuple[SeatMapSectionView, ...]
    categories: tuple[SeatMapCategoryView, ...]
    url: str
    created_at: datetime
    updated_at: datetime
    plan: dict[str, Any] | None = None
    """The seating plan as you sent it (see the body of `POST`)."""
    room: Room | None = None
    """What it was generated from; absent where you sent a plan, and in lists."""


class PriceLevelView(Struct, frozen=True, kw_only=True):
    """`seat_ranges`: (first, last) indexes of seats that were repriced to this level."""

    id: str
    event_id: str
    name: str
    price: Money
    fees: Money
    total: Money
    color: str
    categories: tuple[str, ...]
    seat_ranges: tuple[tuple[int, int], ...]


class AreaView(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    capacity: int
    price_level: str
    price_level_id: str


class EventView(Struct, frozen=True, kw_only=True):
    id: str
    external_id: str | None
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
    doors_at: datetime | None
    ends_at: datetime | None
    age_restriction: str | None
    image_url: str | None
    seat_map_id: str | None
    currency: str | None
    price_levels: tuple[PriceLevelView, ...]
    booking_fee: Money | None
    general_admission: tuple[AreaView, ...]
    capacity: int
    on_sale_at: datetime | None
    off_sale_at: datetime | None
    paused_at: datetime | None
    ticket_limit: int
    hold_seconds: int
    allow_orphans: bool
    waiting_room: WaitingRoomDraft
    url: str
    created_at: datetime
    updated_at: datetime
    image: ImageView | None = None
    series_id: str | None = None
    image_alt: str | None = None


class VenueList(Struct, frozen=True):
    venues: list[VenueView]
    page: Page


class PerformerList(Struct, frozen=True):
    performers: list[PerformerView]
    page: Page


class SeatMapList(Struct, frozen=True):
    seat_maps: list[SeatMapView]
    page: Page


class EventList(Struct, frozen=True):
    events: list[EventView]
    page: Page


class PriceLevelList(Struct, frozen=True):
    price_levels: list[PriceLevelView]
    page: Page


def venue_view(venue: Venue) -> VenueView:
    place = None
    if venue.latitude is not None and venue.longitude is not None:
        place = Location(venue.latitude, venue.longitude)
    return VenueView(location=place, **_shared(venue, VenueView, "location"))


def performer_view(performer: Performer) -> PerformerView:
    return PerformerView(**_shared(performer, PerformerView))


def seat_map_view(record: SeatMapRecord, plan: SeatingPlan | None = None) -> SeatMapView:
    return SeatMapView(
        id=record.id,
        revision=record.revision,
        name=record.name,
        seat_count=record.seat_count,
        sections=tuple(
            SeatMapSectionView(section.id, section.name, section.seat_count, section.categories)
            for section in record.sections
        ),
        categories=tuple(
            SeatMapCategoryView(category.name, category.color, category.seat_count) for category in record.categories
        ),
        url=f"/seat-maps/{record.id}",
        created_at=record.created_at,
        updated_at=record.updated_at,
        plan=None if plan is None else msgspec.to_builtins(plan),
        room=record.room,
    )


def price_level_view(event: Event, level: PriceLevel) -> PriceLevelView:
    currency = event.currency or ""
    return PriceLevelView(
        id=level.id,
        event_id=event.id,
        name=level.name,
        price=Money(level.amount, currency),
        fees=Money(level.fee, currency),
        total=Money(level.amount + level.fee, currency),
        color=level.color,
        categories=level.categories,
        seat_ranges=level.seat_ranges,
    )


def event_view(event: Event, source: Source | None = None) -> EventView:
    """`source`: what became of the picture that the event names on another host."""
    names = {level.id: level.name for level in event.price_levels}
    return EventView(
        price_levels=tuple(price_level_view(event, level) for level in event.price_levels),
        general_admission=tuple(
            AreaView(
                id=area.id,
                name=area.name,
                capacity=area.capacity,
                price_level=names[area.price_level_id],
                price_level_id=area.price_level_id,
            )
            for area in event.areas
        ),
        booking_fee=Money(event.booking_fee, event.currency) if event.currency else None,
        url=f"/e/{event.id}",
        image=_image_view(source),
        **_shared(event, EventView, "price_levels", "booking_fee", "general_admission", "url", "image"),
    )


def _image_view(source: Source | None) -> ImageView | None:
    if source is None:
        return None
    url = picture_address(source.picture_id) if source.picture_id else None
    return ImageView(source.state, url, source.fault)


def _shared(record: Struct, view: type[Struct], *others: str) -> dict[str, Any]:
    """Return the members that a view shares with its record."""
    return {name: getattr(record, name) for name in view.__struct_fields__ if name not in others}
