"""Rules of an exchange of seats: the ticket keeps what was paid for it, so the new seat must cost the same."""

from datetime import datetime

from msgspec import structs

from admitone.booking.contracts import BookedTicket
from admitone.booking.domain.exchange_refusals import PriceDiffers


def exchanged_ticket(old: BookedTicket, seat: BookedTicket, *, exchanged_at: datetime) -> BookedTicket:
    """Return the ticket for `seat` (at today's price) that replaces `old`, at the price that was paid.

    Raises `PriceDiffers`, unless the seat is of the same price level or costs what the ticket cost.
    """
    if not is_same_price(old, seat):
        raise PriceDiffers(paid_level=old.price_level, level=seat.price_level)
    return structs.replace(
        seat, price=old.price, fees=old.fees, discount=old.discount, total=old.total, exchanged_at=exchanged_at
    )


def is_same_price(old: BookedTicket, seat: BookedTicket) -> bool:
    """Return whether the seat has the ticket's price level (at any price today), or the ticket's price and fees."""
    return old.price_level_id == seat.price_level_id or (old.price, old.fees) == (seat.price, seat.fees)


def place_in_words(ticket: BookedTicket) -> str:
    """Return `Stalls, row F, seat 12`."""
    parts = (ticket.section, ticket.row and f"row {ticket.row}", ticket.seat and f"seat {ticket.seat}")
    return ", ".join(filter(None, parts))
