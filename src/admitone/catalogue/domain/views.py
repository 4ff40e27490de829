"""The public views of venues and performers."""

from typing import Any

from msgspec import to_builtins

from admitone.catalogue.contracts import ListedPerformer, ListedVenue, Place
from admitone.catalogue.domain.records import Performer, Venue


def listed_venue(venue: Venue) -> ListedVenue:
    place = None
    if venue.latitude is not None and venue.longitude is not None:
        place = Place(venue.latitude, venue.longitude)
    return ListedVenue(
        id=venue.id,
        name=venue.name,
        aliases=venue.aliases,
        kind=venue.kind,
        address=venue.address,
        city=venue.city,
        region=venue.region,
        country_code=venue.country_code,
        location=place,
        timezone=venue.timezone,
        capacity=venue.capacity,
        image_url=venue.image_url,
        external_id=venue.external_id,
        event_count=venue.event_count,
        url=f"/venue/{venue.id}",
    )


def listed_performer(performer: Performer) -> ListedPerformer:
    return ListedPerformer(
        id=performer.id,
        name=performer.name,
        aliases=performer.aliases,
        kind=performer.kind,
        genres=performer.genres,
        image_url=performer.image_url,
        external_id=performer.external_id,
        event_count=performer.event_count,
        url=f"/performer/{performer.id}",
    )


def venue_view(venue: Venue) -> dict[str, Any]:
    """Return the members of the venue as JSON values."""
    view: dict[str, Any] = to_builtins(listed_venue(venue))
    return view


def performer_view(performer: Performer) -> dict[str, Any]:
    """Return the members of the performer as JSON values."""
    view: dict[str, Any] = to_builtins(listed_performer(performer))
    return view
