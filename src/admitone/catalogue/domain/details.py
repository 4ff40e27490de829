"""The body of `GET /events/details/{id}`."""

from collections import Counter
from typing import Any

from admitone.catalogue.contracts import Availability, EventDocument, EventStatus, PriceLevel, event_summary
from admitone.catalogue.domain.event import Event, sale_closes_at, single_ticket_fees
from admitone.catalogue.domain.pictures import own_picture_id
from admitone.catalogue.domain.records import SectionCount
from admitone.kit.moments import utc_text
from admitone.organizers.contracts.settings import Presentation

NO_WAITING_ROOM = (False, "open")


def event_details(
    event: Event,
    document: EventDocument,
    availability: Availability | None,
    seats: tuple[int, tuple[SectionCount, ...]] | None,
    waiting_room: tuple[bool, str] = NO_WAITING_ROOM,
    *,
    organizer: Presentation | None = None,
) -> dict[str, Any]:
    """Return the Summary and all that a buyer needs; `seats`: number of seats and sections of the seat map;
    `waiting_room`: whether checkout asks for a pass, and the queue's state; `organizer`: how pages introduce the
    organization."""
    left = availability.by_section if availability else None
    is_shown = own_picture_id(document.image_url) is not None or document.image_url == event.image_url
    details = {
        **event_summary(document, availability),
        "description": event.description,
        "tags": list(event.tags),
        "works": [{"composer": work.composer, "work": work.work} for work in event.works],
        "ticket_limit": event.ticket_limit,
        "currency": event.currency,
        "capacity": event.capacity,
        "available": availability.available if availability else 0,
        "off_sale_at": utc_text(sale_closes_at(event)),
        "price_levels": [
            price_level_view(price_level, event.currency or "", event.booking_fee) for price_level in event.price_levels
        ],
        "sections": [
            *_seated_sections(event, seats[1] if seats else (), left),
            *_areas(event, left),
        ],
        "waiting_room": {"required": waiting_room[0], "state": waiting_room[1]},
        "revision": event.revision,
        "updated_at": utc_text(event.updated_at),
        "live_url": f"/events/{event.id}/live",
        "seats_url": f"/events/{event.id}/seats",
    }
    if event.booking_fee:
        details["booking_fee"] = {"amount": event.booking_fee, "currency": event.currency}
    optional = {
        "doors_at": utc_text(event.doors_at),
        "ends_at": utc_text(event.ends_at),
        "age_restriction": event.age_restriction,
        "organizer": organizer_view(organizer) if organizer else None,
        "image_alt": event.image_alt if event.image_url and is_shown else None,
        "previous_start": event.previous_start if event.status == EventStatus.RESCHEDULED else None,
    }
    details.update({name: value for name, value in optional.items() if value is not None})
    if event.seat_map_id is not None and seats is not None:
        url = f"/seat-maps/{event.seat_map_id}"
        details["seat_map"] = {"id": event.seat_map_id, "url": url, "seat_count": seats[0]}
        if places := sum(section.wheelchair_places for section in seats[1]):
            details["seat_map"]["wheelchair_places"] = places
        if event.open_seats:
            details["seat_map"]["open_seats"] = [list(seat) for seat in event.open_seats]
    return details


def organizer_view(organizer: Presentation) -> dict[str, Any]:
    """Return how a buyer learns who sells: members that say nothing are left out."""
    page = f"/o/{organizer.id}"
    terms = None
    if organizer.terms_id is not None:
        url = organizer.terms_url or f"{page}/terms/{organizer.terms_number}"
        terms = {"id": organizer.terms_id, "number": organizer.terms_number, "url": url}
    has_page = organizer.has_texts or terms is not None
    view = {"url": page if has_page else None, "logo_url": organizer.logo_url, "terms": terms}
    return {"name": organizer.name, **{name: value for name, value in view.items() if value is not None}}


def price_level_view(level: PriceLevel, currency: str, booking_fee: int) -> dict[str, Any]:
    """Return the public view of a price level; `total` is the price of an order of one ticket.

    `fees` include the booking fee, so the first price that a buyer sees is never below the price they pay.
    """
    fees = single_ticket_fees(level, booking_fee)
    view: dict[str, Any] = {
        "id": level.id,
        "name": level.name,
        "price": {"amount": level.amount, "currency": currency},
        "fees": {"amount": fees, "currency": currency},
        "total": {"amount": level.amount + fees, "currency": currency},
        "color": level.color,
        "categories": list(level.categories),
    }
    if level.seat_ranges:
        view["seat_ranges"] = [list(seat_range) for seat_range in level.seat_ranges]
    return view


def _seated_sections(
    event: Event, sections: tuple[SectionCount, ...], left: dict[str, int] | None
) -> list[dict[str, Any]]:
    """Return the seated sections. A section has the price level of most of its seats; seats without a price are not for
    sale."""
    level_of = {category: level.id for level in event.price_levels for category in level.categories}
    views = []
    first = 0
    for section in sections:
        by_level: Counter[str] = Counter()
        for category, count in section.categories.items():
            if category in level_of:
                by_level[level_of[category]] += count
        level_id = by_level.most_common(1)[0][0] if by_level else None
        capacity = by_level.total()
        for level in event.price_levels:
            if 2 * _repriced(level, first, first + section.seat_count) > capacity > 0:
                level_id = level.id
        views.append(_section(section.id, section.name, "seated", level_id, capacity, left))
        first += section.seat_count
    return views


def _repriced(level: PriceLevel, first: int, end: int) -> int:
    """Count the seats first … end−1 that were repriced to this level. Sections follow each other in index order."""
    return sum(max(0, min(last + 1, end) - max(start, first)) for start, last in level.seat_ranges)


def _areas(event: Event, left: dict[str, int] | None) -> list[dict[str, Any]]:
    return [
        _section(area.id, area.name, "general_admission", area.price_level_id, area.capacity, left)
        for area in event.areas
    ]


def _section(
    section_id: str, name: str, kind: str, level_id: str | None, capacity: int, left: dict[str, int] | None
) -> dict[str, Any]:
    # Not on sale: nothing is available. On sale and not counted yet: nothing was taken.
    available = 0 if left is None else min(left.get(section_id, capacity), capacity)
    return {
        "id": section_id,
        "name": name,
        "kind": kind,
        "price_level_id": level_id,
        "capacity": capacity,
        # A section without a count has no taken places.
        "available": available,
    }
