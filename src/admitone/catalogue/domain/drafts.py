"""The organizer's input: venues, performers and events, with a limit on everything.

One shape serves the HTTP API and the import alike; rules that involve several fields are in
`build_event` and `check_place`.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from admitone.catalogue.domain.codes import COUNTRIES, timezones
from admitone.kit.refusal import Fault
from admitone.kit.text import LABEL, MOMENT, NAME, TEXT

AMOUNT_MAX = 10**12
PLACES_MAX = 500_000

Name = Annotated[str, Meta(min_length=1, max_length=300, extra={"rule": NAME})]
Word = Annotated[str, Meta(min_length=1, max_length=100, extra={"rule": NAME})]
Text = Annotated[str, Meta(max_length=20_000, extra={"rule": TEXT})]
Url = Annotated[
    str,
    Meta(
        max_length=2_000,
        pattern=r"^(https?://|/)[^\s]*$",
        extra={"rule": LABEL, "words": "Write an address that begins with https://, http:// or /, without spaces."},
    ),
]
Id = Annotated[str, Meta(min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], Meta(max_length=100)]
CountryCode = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z]{2}$",
        description="ISO 3166-1 alpha-2",
        extra={"words": "Write the country as two capital letters (ISO 3166-1 alpha-2), such as DE."},
    ),
]
Timezone = Annotated[str, Meta(max_length=64, description="IANA time zone")]
Moment = Annotated[datetime, Meta(tz=True, extra={"rule": MOMENT})]
Currency = Annotated[
    str,
    Meta(
        pattern=r"^[A-Z]{3}$",
        description="ISO 4217",
        extra={"words": "Write the currency as three capital letters (ISO 4217), such as EUR."},
    ),
]
Amount = Annotated[int, Meta(ge=0, le=AMOUNT_MAX, description="minor units")]
Color = Annotated[
    str,
    Meta(pattern=r"^#[0-9A-Fa-f]{6}$", extra={"words": "Write the color as # and six hexadecimal digits."}),
]


class Location(Struct, frozen=True, forbid_unknown_fields=True):
    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]


class VenueDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    city: Name
    country_code: CountryCode
    timezone: Timezone
    aliases: Names = ()
    kind: Word | None = None
    address: Name | None = None
    region: Name | None = None
    location: Location | None = None
    capacity: Annotated[int, Meta(ge=0, le=10_000_000)] | None = None
    image_url: Url | None = None


class PerformerDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Name
    aliases: Names = ()
    kind: Word | None = None
    genres: Annotated[tuple[Word, ...], Meta(max_length=30)] = ()
    image_url: Url | None = None


class Price(Struct, frozen=True, forbid_unknown_fields=True):
    amount: Amount
    currency: Currency


class PriceLevelDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`fees` may be a bare number of minor units. `id` keeps a level that exists while its name changes."""

    name: Word
    price: Price
    fees: Price | Amount | None = None
    categories: Annotated[tuple[Word, ...], Meta(max_length=200)] = ()
    color: Color | None = None
    id: Id | None = None


class AreaDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """General admission; `price_level` is the name of one of the event's price levels."""

    name: Word
    capacity: Annotated[int, Meta(ge=1, le=PLACES_MAX)]
    price_level: Word
    id: Id | None = None


class Work(Struct, frozen=True, forbid_unknown_fields=True):
    work: Annotated[str, Meta(min_length=1, max_length=500, extra={"rule": NAME})]
    composer: Name | None = None


class WaitingRoomDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    mode: Literal["off", "always", "auto"] = "off"
    pre_queue_opens_at: Moment | None = None
    max_active: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    rate_per_minute: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None


class EventDraft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of `starts_at`, `local_start` (`2026-12-31T19:30` at the venue) or `local_date` (time to be announced).

    Without `venue_id` (venue to be announced) `city`, `country_code` and `timezone` are required.
    Every booking that is not free pays the `booking_fee` once, beside the fees of its tickets.
    """

    name: Name
    segment: Word
    subtitle: Name | None = None
    description: Text | None = None
    genre: Word | None = None
    series: Name | None = None
    tags: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    works: Annotated[tuple[Work, ...], Meta(max_length=200)] = ()
    venue_id: Id | None = None
    city: Name | None = None
    region: Name | None = None
    country_code: CountryCode | None = None
    timezone: Timezone | None = None
    performer_ids: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    starts_at: Moment | None = None
    local_start: Annotated[str, Meta(max_length=40)] | None = None
    local_date: Annotated[str, Meta(max_length=10)] | None = None
    doors_at: Moment | None = None
    ends_at: Moment | None = None
    age_restriction: Word | None = None
    image_url: Url | None = None
    image_alt: Name | None = None
    seat_map_id: Id | None = None
    price_levels: Annotated[tuple[PriceLevelDraft, ...], Meta(max_length=100)] = ()
    booking_fee: Price | Amount | None = None
    general_admission: Annotated[tuple[AreaDraft, ...], Meta(max_length=100)] = ()
    on_sale_at: Moment | None = None
    off_sale_at: Moment | None = None
    ticket_limit: Annotated[int, Meta(ge=1, le=1_000)] = 8
    hold_seconds: Annotated[int, Meta(ge=5, le=3_600)] = 600
    allow_orphans: bool = False
    waiting_room: WaitingRoomDraft = WaitingRoomDraft()


class Postponement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new start, if it is known: one of the three, as in an event."""

    starts_at: Moment | None = None
    local_start: Annotated[str, Meta(max_length=40)] | None = None
    local_date: Annotated[str, Meta(max_length=10)] | None = None


def check_place(country_code: str | None, timezone: str | None) -> list[Fault]:
    """Return the faults of unknown codes of the right form."""
    faults: list[Fault] = []
    if country_code is not None and country_code not in COUNTRIES:
        faults.append(("/country_code", "There is no such country in ISO 3166-1."))
    if timezone is not None and timezone not in timezones():
        faults.append(("/timezone", "There is no such IANA time zone."))
    return faults
