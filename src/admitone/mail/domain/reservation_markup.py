"""A booking as schema.org describes it (JSON-LD `EventReservation`): mail programs show it as a ticket, and calendars
add it.

Properties: https://developers.google.com/gmail/markup/reference/event-reservation.
"""

from typing import Any
from zoneinfo import ZoneInfo

from admitone.booking.contracts import BookedTicket, Booking
from admitone.catalogue.contracts import EventDocument, EventStatus

TICKETS_MAX = 20
_STATUS = {
    EventStatus.CANCELLED: "EventCancelled",
    EventStatus.POSTPONED: "EventPostponed",
    EventStatus.RESCHEDULED: "EventRescheduled",
}


def reservation_markup(booking: Booking, event: EventDocument, *, link: str, origin: str) -> tuple[dict[str, Any], ...]:
    """Return one reservation for each ticket that is still the buyer's, at most `TICKETS_MAX`."""
    tickets = [ticket for ticket in booking.tickets if not ticket.refunded]
    is_cancelled = event.status is EventStatus.CANCELLED
    status = "ReservationCancelled" if is_cancelled else "ReservationConfirmed"
    return tuple(
        {
            "@context": "http://schema.org",
            "@type": "EventReservation",
            "reservationNumber": booking.id,
            "reservationStatus": f"http://schema.org/{status}",
            "underName": {"@type": "Person", "name": booking.buyer_name or booking.buyer_email or ""},
            "reservationFor": _event(event, origin),
            "url": link,
            "modifyReservationUrl": link,
            "ticketNumber": ticket.ticket_id,
            **_seat(ticket),
        }
        for ticket in tickets[:TICKETS_MAX]
    )


def _event(event: EventDocument, origin: str) -> dict[str, Any]:
    zone, venue = ZoneInfo(event.timezone), event.venue
    start = event.starts_at.astimezone(zone).isoformat() if event.starts_at and event.local_time else event.local_date
    address = {
        "@type": "PostalAddress",
        "streetAddress": venue.address,
        "addressLocality": venue.city,
        "addressRegion": venue.region,
        "addressCountry": venue.country_code,
    }
    optional = {
        "endDate": event.ends_at.astimezone(zone).isoformat() if event.ends_at else None,
        "doorTime": event.doors_at.astimezone(zone).isoformat() if event.doors_at else None,
    }
    return {
        "@type": "Event",
        "name": event.name,
        "startDate": start,
        "url": f"{origin}{event.url}",
        "eventStatus": f"http://schema.org/{_STATUS.get(event.status, 'EventScheduled')}",
        "location": {
            "@type": "Place",
            "name": venue.name,
            "address": {name: value for name, value in address.items() if value},
        },
        **{name: value for name, value in optional.items() if value},
    }


def _seat(ticket: BookedTicket) -> dict[str, str]:
    seat = {"venueSeatingSection": ticket.section, "venueRow": ticket.row, "venueSeat": ticket.seat}
    return {name: value for name, value in seat.items() if value}
