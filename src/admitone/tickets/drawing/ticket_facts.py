"""The texts of a ticket: dates in the venue's time zone, money with its currency."""

import colorsys
import hashlib
from datetime import date, datetime
from zoneinfo import ZoneInfo

from admitone.booking.contracts import BookedTicket, booking_code, ticket_code
from admitone.catalogue.contracts import EventDocument
from admitone.kit.money import Money, decimal_text
from admitone.kit.short_codes import ShortCodes, spaced
from admitone.organizers.contracts.settings import Seller
from admitone.tickets.domain.links import FIRST_VERSION
from admitone.tickets.drawing.facts import TicketFacts
from admitone.tickets.usecases.holding import TicketPass

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def ticket_facts(shown: TicketPass, codes: ShortCodes, seller: Seller | None = None) -> TicketFacts:
    """Return what the printed page says. A transferred ticket does not name the booking, which is another person's."""
    event, ticket, booking, version = shown.event, shown.ticket, shown.booking, shown.life.version
    is_buyers = version == FIRST_VERSION
    currency = booking.currency
    venue = event.venue
    place = (venue.city, venue.region, venue.country_code)
    return TicketFacts(
        event=event.name,
        subtitle=event.subtitle,
        when=_when(event),
        doors=_doors(event),
        venue=venue.name,
        city=", ".join(part for part in place if part),
        section=ticket.section,
        row=ticket.row,
        seat=ticket.seat,
        price_level=_level(ticket),
        price=f"{currency} {decimal_text(Money(ticket.total, currency))}" if ticket.total else "Free",
        booking=booking.id,
        booking_code=spaced(booking_code(codes, booking)) if is_buyers else None,
        ticket=ticket.ticket_id,
        ticket_code=spaced(ticket_code(codes, booking.id, ticket.index, version)),
        holder=shown.life.holder_name or booking.buyer_name,
        code=shown.paper_code,
        accent=_accent(event.id),
        seller=None if seller is None else f"Sold by {seller.name}",
        logo=None if seller is None else seller.logo,
    )


def _level(ticket: BookedTicket) -> str:
    """Return the price level; ushers must see the kind of place."""
    kind = ticket.seat_kind
    return f"{kind.replace('_', ' ').capitalize()}  ·  {ticket.price_level}" if kind else ticket.price_level


def _when(event: EventDocument) -> str:
    """`Thursday, 31 December 2026 · 19:30`, in the venue's zone."""
    day = date.fromisoformat(event.local_date)
    text = f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{text} · {event.local_time[:5]}" if event.local_time else f"{text} · time to be announced"


def _doors(event: EventDocument) -> str | None:
    if event.doors_at is None:
        return None
    return f"Doors {_local(event.doors_at, event.timezone):%H:%M}"


def _local(moment: datetime, timezone: str) -> datetime:
    return moment.astimezone(ZoneInfo(timezone))


def _accent(event_id: str) -> tuple[int, int, int]:
    """A strong colour of the event's own, dark enough to read on paper."""
    hue = hashlib.blake2b(event_id.encode(), digest_size=1).digest()[0] / 256
    red, green, blue = (round(255 * part) for part in colorsys.hls_to_rgb(hue, 0.38, 0.7))
    return red, green, blue
