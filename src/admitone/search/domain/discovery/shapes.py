"""Convert our events, performers and venues to the Discovery API's events, attractions and venues.

Like the original, omit members without a value. Addresses of pages are absolute, those in `_links` begin at the root.
"""

from datetime import UTC, datetime
from typing import Any

from babel import Locale

from admitone.catalogue.contracts import (
    Availability,
    DocumentPerformer,
    DocumentVenue,
    EventDocument,
    EventStatus,
    ListedPerformer,
    ListedVenue,
    sale_end,
)
from admitone.kit.fold import fold
from admitone.kit.money import currency_exponent
from admitone.search.domain.discovery.parameters import KM_A_MILE, classification_id

ROOT = "/discovery/v2"
LOCALE = "en-us"
Shape = dict[str, Any]

_STATUS = {
    EventStatus.CANCELLED: "cancelled",
    EventStatus.POSTPONED: "postponed",
    EventStatus.RESCHEDULED: "rescheduled",
}
_POSTER_WIDTH, _POSTER_HEIGHT = 640, 800
_COUNTRIES = Locale("en").territories


def event_shape(
    document: EventDocument,
    availability: Availability | None,
    *,
    is_known: bool,
    public_url: str,
    now: datetime,
    distance_km: float | None = None,
    unit: str = "miles",
) -> Shape:
    """Return an event. `is_known` is False if availability could not be read; the sale dates then decide the status."""
    attractions = [attraction_of(performer, document, public_url) for performer in document.performers]
    venues = [venue_of(document, public_url)]
    shape: Shape = {
        "name": document.name,
        "type": "event",
        "id": document.id,
        "test": False,
        "url": public_url + document.url,
        "locale": LOCALE,
        "images": [
            {
                "ratio": "4_5",
                "url": public_url + document.image_url,
                "width": _POSTER_WIDTH,
                "height": _POSTER_HEIGHT,
                "fallback": True,
            }
        ],
        "sales": {"public": _public_sale(document)},
        "dates": _dates(document, _status(document, availability, is_known=is_known, now=now)),
        "classifications": [_classification(document)],
        "_links": {
            "self": link("events", document.id),
            "attractions": [attraction["_links"]["self"] for attraction in attractions],
            "venues": [venue["_links"]["self"] for venue in venues if "_links" in venue],
        },
        "_embedded": {"venues": venues, **({"attractions": attractions} if attractions else {})},
    }
    if document.description or document.subtitle:
        shape["info"] = document.subtitle or document.description
    if document.currency is not None and document.price_min is not None and document.price_max is not None:
        unit_of = 10 ** currency_exponent(document.currency)
        shape["priceRanges"] = [
            {
                "type": "standard including fees",
                "currency": document.currency,
                "min": document.price_min / unit_of,
                "max": document.price_max / unit_of,
            }
        ]
    if distance_km is not None:
        shape |= {"distance": round(distance_km if unit == "km" else distance_km / KM_A_MILE, 2), "units": unit.upper()}
    return shape


def venue_of(document: EventDocument, public_url: str) -> Shape:
    """Return the venue inside an event; a venue to be announced has no id, but its city and its time zone."""
    venue = document.venue
    shape = _venue(venue.name, venue.id, public_url, document.timezone)
    return {**shape, **_place(venue)}


def venue_shape(venue: ListedVenue, public_url: str, *, coming: int | None = None) -> Shape:
    """Return a venue. `coming` counts its coming events; without it all published events are counted."""
    place = venue.location
    known = DocumentVenue(
        venue.id,
        venue.name,
        venue.aliases,
        venue.city,
        venue.region,
        venue.country_code,
        None if place is None else place.lat,
        None if place is None else place.lon,
        venue.address,
    )
    return {
        **_venue(venue.name, venue.id, public_url, venue.timezone),
        "aliases": list(venue.aliases),
        **_place(known),
        "upcomingEvents": {"_total": venue.event_count if coming is None else coming},
    }


def attraction_of(performer: DocumentPerformer, document: EventDocument, public_url: str) -> Shape:
    """Return the performer inside an event, with the event's classification."""
    return {**_attraction(performer.name, performer.id, public_url), "classifications": [_classification(document)]}


def attraction_shape(performer: ListedPerformer, public_url: str, *, coming: int | None = None) -> Shape:
    classifications = [
        {"primary": number == 0, "genre": genre_name(genre), "family": False}
        for number, genre in enumerate(performer.genres)
    ]
    images = [{"url": performer.image_url, "fallback": False}] if performer.image_url else []
    return {
        **_attraction(performer.name, performer.id, public_url),
        "aliases": list(performer.aliases),
        "images": images,
        "classifications": classifications,
        "upcomingEvents": {"_total": performer.event_count if coming is None else coming},
    }


def segment_name(name: str) -> Shape:
    return {"id": classification_id("seg", name, fold), "name": name}


def genre_name(name: str) -> Shape:
    return {"id": classification_id("gen", name, fold), "name": name}


def genre_shape(name: str) -> Shape:
    """Return a genre. There are no sub-genres; clients iterate over them, so they are an empty list."""
    named = genre_name(name)
    return {
        **named,
        "locale": LOCALE,
        "_links": {"self": {"href": f"{ROOT}/classifications/genres/{named['id']}"}},
        "_embedded": {"subgenres": []},
    }


def segment_shape(name: str, genres: list[str]) -> Shape:
    named = segment_name(name)
    return {
        **named,
        "locale": LOCALE,
        "primaryId": named["id"],
        "_links": {"self": {"href": f"{ROOT}/classifications/segments/{named['id']}"}},
        "_embedded": {"genres": [genre_shape(genre) for genre in genres]},
    }


def classification_shape(name: str, genres: list[str]) -> Shape:
    segment = segment_shape(name, genres)
    return {"family": False, "segment": segment, "_links": {"self": link("classifications", segment["id"])}}


def link(resource: str, identity: str) -> Shape:
    return {"href": f"{ROOT}/{resource}/{identity}?locale={LOCALE}"}


def _venue(name: str, identity: str | None, public_url: str, timezone: str) -> Shape:
    shape: Shape = {"name": name, "type": "venue", "test": False, "locale": LOCALE, "timezone": timezone}
    if identity is not None:
        shape |= {"id": identity, "url": f"{public_url}/venue/{identity}", "_links": {"self": link("venues", identity)}}
    return shape


def _place(venue: DocumentVenue) -> Shape:
    country = {"countryCode": venue.country_code}
    if venue.country_code in _COUNTRIES:
        country["name"] = _COUNTRIES[venue.country_code]
    place: Shape = {"city": {"name": venue.city}, "country": country}
    if venue.region:
        place["state"] = {"stateCode": venue.region, "name": venue.region}
    if venue.address:
        place["address"] = {"line1": venue.address}
    if venue.latitude is not None and venue.longitude is not None:
        place["location"] = {"longitude": f"{venue.longitude:.6f}", "latitude": f"{venue.latitude:.6f}"}
    return place


def _attraction(name: str, identity: str, public_url: str) -> Shape:
    return {
        "name": name,
        "type": "attraction",
        "id": identity,
        "test": False,
        "url": f"{public_url}/performer/{identity}",
        "locale": LOCALE,
        "_links": {"self": link("attractions", identity)},
    }


def _classification(document: EventDocument) -> Shape:
    shape: Shape = {"primary": True, "segment": segment_name(document.segment), "family": False}
    if document.genre is not None:
        shape["genre"] = genre_name(document.genre)
    return shape


def _public_sale(document: EventDocument) -> Shape:
    sale: Shape = {"startTBD": False, "startTBA": False}
    if document.on_sale_at is not None:
        sale["startDateTime"] = _utc(document.on_sale_at)
    if (closes := _sale_end(document)) is not None:
        sale["endDateTime"] = _utc(closes)
    return sale


def _dates(document: EventDocument, status: str) -> Shape:
    untimed = document.local_time is None
    start: Shape = {
        "localDate": document.local_date,
        "dateTBD": False,
        "dateTBA": False,
        "timeTBA": untimed,
        "noSpecificTime": False,
    }
    if document.local_time is not None:
        start["localTime"] = f"{document.local_time[:5]}:00"
    if document.starts_at is not None and not untimed:
        start["dateTime"] = _utc(document.starts_at)
    dates: Shape = {
        "start": start,
        "timezone": document.timezone,
        "status": {"code": status},
        "spanMultipleDays": False,
    }
    if document.ends_at is not None:
        dates["end"] = {"dateTime": _utc(document.ends_at), "approximate": False, "noSpecificTime": False}
    if document.doors_at is not None:
        dates["doorsTime"] = {"dateTime": _utc(document.doors_at)}
    return dates


def _status(document: EventDocument, availability: Availability | None, *, is_known: bool, now: datetime) -> str:
    if document.status in _STATUS:
        return _STATUS[document.status]
    if is_known:
        return "onsale" if availability is not None and availability.word in ("available", "limited") else "offsale"
    opened = document.on_sale_at is None or document.on_sale_at <= now
    closes = _sale_end(document)
    return "onsale" if opened and (closes is None or now < closes) and document.capacity else "offsale"


def _sale_end(document: EventDocument) -> datetime | None:
    return sale_end(starts_at=document.starts_at, ends_at=document.ends_at, off_sale_at=document.off_sale_at)


def _utc(moment: datetime) -> str:
    """Format in whole seconds: clients of the original parse no other format."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
