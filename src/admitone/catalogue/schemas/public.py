"""Answers of the public endpoints, for the OpenAPI document. `catalogue.domain` builds them as plain values."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from admitone.catalogue.domain.drafts import Location
from admitone.kit.money import Money
from admitone.kit.paging import Page


class SummaryVenue(Struct, kw_only=True):
    id: str | None
    name: str
    city: str
    region: str | UnsetType = UNSET
    country_code: str
    location: Location | None


class SummaryPerformer(Struct):
    id: str
    name: str


class PriceRange(Struct):
    """The price of one ticket bought alone, all fees included; `min` at the cheapest price level,
    `max` at the most expensive one."""

    min: Money
    max: Money


class Summary(Struct, kw_only=True):
    """An event in a list. `availability` is a few seconds old at most. `series_id`: of the series that it is a date
    of; `series` is a text of the organizer's."""

    id: str
    name: str
    status: Literal["scheduled", "postponed", "rescheduled", "cancelled"]
    starts_at: str | None
    timezone: str
    local_date: str
    local_time: str | None
    segment: str
    genre: str | None
    image_url: str
    venue: SummaryVenue
    performers: list[SummaryPerformer]
    price_range: PriceRange | UnsetType = UNSET
    availability: Literal["available", "limited", "sold_out", "off_sale"]
    on_sale_at: str | None
    distance_km: float | UnsetType = UNSET
    url: str
    subtitle: str | UnsetType = UNSET
    series: str | UnsetType = UNSET
    series_id: str | UnsetType = UNSET
    external_id: str | UnsetType = UNSET


class PublicPriceLevel(Struct):
    """`total` = `price` + `fees`: what one ticket bought alone costs. The event's `booking_fee` is among the `fees`;
    an order of several tickets pays it once. `seat_ranges`: (first, last) indexes of seats that are sold at this
    level, whatever the level of their category."""

    id: str
    name: str
    price: Money
    fees: Money
    total: Money
    color: str
    categories: list[str]
    seat_ranges: list[tuple[int, int]] | UnsetType = UNSET


class Section(Struct):
    id: str
    name: str
    kind: Literal["seated", "general_admission"]
    price_level_id: str | None
    capacity: int
    available: int


class SeatMapLink(Struct):
    """`wheelchair_places`: how many the map has. `open_seats`: (first, last) indexes of wheelchair places and companion
    seats that this event has on general sale."""

    id: str
    url: str
    seat_count: int
    wheelchair_places: int | UnsetType = UNSET
    open_seats: list[tuple[int, int]] | UnsetType = UNSET


class WaitingRoomState(Struct):
    required: bool
    state: Literal["closed", "pre_queue", "draining", "open", "sold_out"]


class OrganizerTerms(Struct):
    """The version of the terms of sale that buyers agree to now: name its `id` as `agreed_terms` when you confirm."""

    id: str
    number: int
    url: str


class Organizer(Struct):
    """The organization that puts the event on. `url`: the page with its imprint, terms and words on privacy."""

    name: str
    url: str | UnsetType = UNSET
    logo_url: str | UnsetType = UNSET
    terms: OrganizerTerms | UnsetType = UNSET


class EventDetails(Summary, kw_only=True):
    """`booking_fee`: charged once an order, and included in every `price_levels[].total` and in `price_range`.
    `previous_start`: of a rescheduled event, when it was to begin; a day where the hour was not known.
    `image_alt`: what the picture at `image_url` shows; absent for a drawn poster."""

    description: str | None
    tags: list[str]
    works: list[dict[str, str | None]]
    doors_at: str | UnsetType = UNSET
    ends_at: str | UnsetType = UNSET
    age_restriction: str | UnsetType = UNSET
    previous_start: str | UnsetType = UNSET
    image_alt: str | UnsetType = UNSET
    organizer: Organizer | UnsetType = UNSET
    ticket_limit: int
    currency: str | None
    capacity: int
    available: int
    off_sale_at: str | None
    price_levels: list[PublicPriceLevel]
    booking_fee: Money | UnsetType = UNSET
    sections: list[Section]
    seat_map: SeatMapLink | UnsetType = UNSET
    waiting_room: WaitingRoomState
    revision: int
    updated_at: str
    live_url: str
    seats_url: str


class PublicVenue(Struct, kw_only=True):
    id: str
    name: str
    aliases: list[str]
    kind: str | None
    address: str | None
    city: str
    region: str | None
    country_code: str
    location: Location | None
    timezone: str
    capacity: int | None
    image_url: str | None
    external_id: str | None
    event_count: int
    url: str


class PublicVenueWithEvents(PublicVenue, kw_only=True):
    events: list[Summary]
    page: Page


class PublicPerformer(Struct, kw_only=True):
    id: str
    name: str
    aliases: list[str]
    kind: str | None
    genres: list[str]
    image_url: str | None
    external_id: str | None
    event_count: int
    url: str


class PublicPerformerWithEvents(PublicPerformer, kw_only=True):
    events: list[Summary]
    page: Page


class PublicSeries(Struct, kw_only=True):
    """Many dates of one show. `events`: its dates that are not over, soonest first."""

    id: str
    name: str
    events: list[Summary]
    page: Page


class PublicVenueList(Struct):
    venues: list[PublicVenue]
    page: Page


class PublicPerformerList(Struct):
    performers: list[PublicPerformer]
    page: Page
