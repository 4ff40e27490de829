"""Stored venues, performers and seat maps, field by column."""

from datetime import datetime

from msgspec import Struct

from admitone.catalogue.domain.drafts import Location, PerformerDraft, VenueDraft, check_place
from admitone.catalogue.domain.pictures import check_own_picture
from admitone.catalogue.domain.room import Room
from admitone.catalogue.domain.text import find_nul, fold, search_key
from admitone.kit.refusal import InvalidBody


class Venue(Struct, frozen=True, kw_only=True):
    """`event_count` counts published events; statements update it, writers pass on the value that they read."""

    id: str
    organization_id: str
    external_id: str | None
    fingerprint: str | None
    revision: int
    name: str
    aliases: tuple[str, ...]
    kind: str | None
    address: str | None
    city: str
    region: str | None
    country_code: str
    latitude: float | None
    longitude: float | None
    timezone: str
    capacity: int | None
    image_url: str | None
    sort_key: str
    search_key: str
    event_count: int
    created_at: datetime
    updated_at: datetime


class Performer(Struct, frozen=True, kw_only=True):
    id: str
    organization_id: str
    external_id: str | None
    fingerprint: str | None
    revision: int
    name: str
    aliases: tuple[str, ...]
    kind: str | None
    genres: tuple[str, ...]
    image_url: str | None
    sort_key: str
    search_key: str
    event_count: int
    created_at: datetime
    updated_at: datetime


class SectionCount(Struct, frozen=True):
    """`categories`: seats of each category in the section. `wheelchair_places`: how many it has."""

    id: str
    name: str
    seat_count: int
    categories: dict[str, int]
    wheelchair_places: int = 0


class CategoryCount(Struct, frozen=True):
    name: str
    color: str
    seat_count: int


class SeatMapRecord(Struct, frozen=True, kw_only=True):
    """A seat map without its drawings, which are fetched where they are needed.

    `room`: what it was generated from; lists leave it out.
    """

    id: str
    organization_id: str
    revision: int
    name: str
    seat_count: int
    sections: tuple[SectionCount, ...]
    categories: tuple[CategoryCount, ...]
    sort_key: str
    search_key: str
    created_at: datetime
    updated_at: datetime
    room: Room | None = None


def build_venue(
    draft: VenueDraft, *, venue_id: str, organization_id: str, now: datetime, previous: Venue | None = None
) -> Venue:
    """Return the venue to store, one revision after `previous`."""
    return Venue(
        id=venue_id,
        organization_id=organization_id,
        external_id=previous.external_id if previous else None,
        fingerprint=None,
        revision=previous.revision + 1 if previous else 1,
        name=draft.name,
        aliases=draft.aliases,
        kind=draft.kind,
        address=draft.address,
        city=draft.city,
        region=draft.region,
        country_code=draft.country_code,
        latitude=draft.location.lat if draft.location else None,
        longitude=draft.location.lon if draft.location else None,
        timezone=draft.timezone,
        capacity=draft.capacity,
        image_url=draft.image_url,
        sort_key=fold(draft.name),
        search_key=search_key([draft.name, *draft.aliases, draft.city]),
        event_count=previous.event_count if previous else 0,
        created_at=previous.created_at if previous else now,
        updated_at=now,
    )


def build_performer(
    draft: PerformerDraft,
    *,
    performer_id: str,
    organization_id: str,
    now: datetime,
    previous: Performer | None = None,
) -> Performer:
    """Return the performer to store, one revision after `previous`."""
    return Performer(
        id=performer_id,
        organization_id=organization_id,
        external_id=previous.external_id if previous else None,
        fingerprint=None,
        revision=previous.revision + 1 if previous else 1,
        name=draft.name,
        aliases=draft.aliases,
        kind=draft.kind,
        genres=draft.genres,
        image_url=draft.image_url,
        sort_key=fold(draft.name),
        search_key=search_key([draft.name, *draft.aliases]),
        event_count=previous.event_count if previous else 0,
        created_at=previous.created_at if previous else now,
        updated_at=now,
    )


def venue_draft_of(venue: Venue) -> VenueDraft:
    """Return the draft of this venue."""
    place = None
    if venue.latitude is not None and venue.longitude is not None:
        place = Location(venue.latitude, venue.longitude)
    return VenueDraft(
        name=venue.name,
        city=venue.city,
        country_code=venue.country_code,
        timezone=venue.timezone,
        aliases=venue.aliases,
        kind=venue.kind,
        address=venue.address,
        region=venue.region,
        location=place,
        capacity=venue.capacity,
        image_url=venue.image_url,
    )


def performer_draft_of(performer: Performer) -> PerformerDraft:
    """Return the draft of this performer."""
    return PerformerDraft(
        name=performer.name,
        aliases=performer.aliases,
        kind=performer.kind,
        genres=performer.genres,
        image_url=performer.image_url,
    )


def check_venue(draft: VenueDraft, pictures: frozenset[str]) -> None:
    """Raise `InvalidBody` with every fault that the shape alone cannot tell. `pictures`: the organization's own."""
    place_faults = check_place(draft.country_code, draft.timezone)
    if faults := [*place_faults, *find_nul(draft), *check_own_picture(draft.image_url, pictures)]:
        raise InvalidBody(faults)


def check_performer(draft: PerformerDraft, pictures: frozenset[str]) -> None:
    """Raise `InvalidBody` with every fault that the shape alone cannot tell. `pictures`: the organization's own."""
    if faults := [*find_nul(draft), *check_own_picture(draft.image_url, pictures)]:
        raise InvalidBody(faults)
