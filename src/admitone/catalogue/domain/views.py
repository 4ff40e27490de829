"""How venues and performers are shown to everybody."""

from typing import Any

from admitone.catalogue.domain.records import Performer, Venue


def venue_view(venue: Venue) -> dict[str, Any]:
    """A venue as everybody sees it; `event_count` counts all its published events."""
    place = None
    if venue.latitude is not None and venue.longitude is not None:
        place = {"lat": venue.latitude, "lon": venue.longitude}
    return {
        "id": venue.id,
        "name": venue.name,
        "aliases": list(venue.aliases),
        "kind": venue.kind,
        "address": venue.address,
        "city": venue.city,
        "region": venue.region,
        "country_code": venue.country_code,
        "location": place,
        "timezone": venue.timezone,
        "capacity": venue.capacity,
        "image_url": venue.image_url,
        "external_id": venue.external_id,
        "event_count": venue.event_count,
        "url": f"/venue/{venue.id}",
    }


def performer_view(performer: Performer) -> dict[str, Any]:
    """A performer as everybody sees it; `event_count` counts all their published events."""
    return {
        "id": performer.id,
        "name": performer.name,
        "aliases": list(performer.aliases),
        "kind": performer.kind,
        "genres": list(performer.genres),
        "image_url": performer.image_url,
        "external_id": performer.external_id,
        "event_count": performer.event_count,
        "url": f"/performer/{performer.id}",
    }
