"""Rules of box office sales: what the organizer may sell directly, when, and at what price."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import structs

from admitone.booking.contracts import BookedTicket, BoxOfficePayment
from admitone.booking.domain.refusals import EventCancelled, SaleNotOpen
from admitone.catalogue.contracts import EventStatus, SaleTerms

# Latecomers still buy at the box office. Without an end of its own, an event is assumed to last this long.
LASTS = timedelta(hours=6)


def check_sellable(terms: SaleTerms, now: datetime) -> None:
    """Raise `EventCancelled`, or `SaleNotOpen` if the event is over.

    Before the on-sale, after the online sale's end, while it is withdrawn or postponed, the box office still sells.
    """
    if terms.status is EventStatus.CANCELLED:
        raise EventCancelled(terms.event_id)
    if terms.status is EventStatus.POSTPONED or terms.starts_at is None:
        return  # its end is not known yet
    over_at = terms.ends_at or terms.starts_at + LASTS
    if now >= over_at:
        raise SaleNotOpen(closed_at=over_at)


def price_at_box_office(
    tickets: Sequence[BookedTicket], booking_fee: int, *, payment: BoxOfficePayment, waive_fees: bool
) -> tuple[tuple[BookedTicket, ...], int]:
    """Return the tickets at their box office prices (today's, or 0), and the booking fee."""
    if payment is BoxOfficePayment.COMPLIMENTARY:
        return tuple(structs.replace(ticket, price=0, fees=0, total=0) for ticket in tickets), 0
    if waive_fees:
        return tuple(structs.replace(ticket, fees=0, total=ticket.price) for ticket in tickets), 0
    return tuple(tickets), booking_fee
