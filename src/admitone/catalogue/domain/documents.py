"""Documents of events for search and pages: flat, with the names that people type."""

import math
from collections.abc import Mapping

from admitone.catalogue.contracts import DocumentPerformer, DocumentVenue, EventDocument
from admitone.catalogue.domain.event import Event, price_range, sale_closes_at
from admitone.catalogue.domain.records import Performer, Venue

VENUE_TO_BE_ANNOUNCED = "Venue to be announced"


def event_document(
    event: Event, venues: Mapping[str, Venue], performers: Mapping[str, Performer], *, image: str | None = None
) -> EventDocument:
    """Return the document of an event whose venue and performers are among those given.

    `image`: the address of its picture on this installation; without one it has a drawn poster.
    """
    billed = [performers[performer_id] for performer_id in event.performer_ids if performer_id in performers]
    prices = price_range(event)
    return EventDocument(
        id=event.id,
        organization_id=event.organization_id,
        revision=event.revision,
        external_id=event.external_id,
        name=event.name,
        subtitle=event.subtitle,
        description=event.description,
        status=event.status,
        segment=event.segment,
        genre=event.genre,
        series=event.series,
        tags=event.tags,
        works=tuple((work.composer or "", work.work) for work in event.works),
        starts_at=event.starts_at,
        local_date=event.local_date,
        local_time=event.local_time,
        timezone=event.timezone,
        doors_at=event.doors_at,
        ends_at=event.ends_at,
        venue=_venue(event, venues.get(event.venue_id) if event.venue_id else None),
        performers=tuple(performer_document(item) for item in billed),
        currency=event.currency,
        price_min=prices[0] if prices else None,
        price_max=prices[1] if prices else None,
        on_sale_at=event.on_sale_at,
        off_sale_at=sale_closes_at(event),
        image_url=image or f"/posters/{event.id}.svg?v={event.revision}",
        url=f"/e/{event.id}",
        capacity=event.capacity,
        seat_map_id=event.seat_map_id,
        waiting_room_mode=event.waiting_room.mode,
        popularity=popularity(event.capacity, max((item.event_count for item in billed), default=0)),
        updated_at=event.updated_at,
        series_id=event.series_id,
    )


def performer_document(performer: Performer) -> DocumentPerformer:
    return DocumentPerformer(performer.id, performer.name, performer.aliases, performer.kind)


def venue_document(venue: Venue) -> DocumentVenue:
    return DocumentVenue(
        id=venue.id,
        name=venue.name,
        aliases=venue.aliases,
        city=venue.city,
        region=venue.region,
        country_code=venue.country_code,
        latitude=venue.latitude,
        longitude=venue.longitude,
        address=venue.address,
    )


def popularity(capacity: int, performer_events: int) -> float:
    """Return the popularity, by the logarithm of both numbers: a stadium is not a thousand times more popular than a
    club."""
    return round(math.log1p(capacity) + math.log1p(performer_events), 3)


def _venue(event: Event, venue: Venue | None) -> DocumentVenue:
    if venue is None:
        return DocumentVenue(
            id=None,
            name=VENUE_TO_BE_ANNOUNCED,
            aliases=(),
            city=event.city or "",
            region=event.region,
            country_code=event.country_code or "",
            latitude=None,
            longitude=None,
            address=None,
        )
    return venue_document(venue)
