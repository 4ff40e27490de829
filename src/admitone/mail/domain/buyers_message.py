"""A message of an organizer to the buyers of an event: to all of them, to those of some price levels, or to those who
have not come."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from admitone.booking.contracts import Booking


class Audience(Struct, frozen=True, omit_defaults=True):
    """Which bookings get a message. `price_level_ids`: those with a ticket of one of these; empty: of any.
    `not_admitted`: those of whose tickets (of these levels) none has admitted a person."""

    price_level_ids: tuple[str, ...] = ()
    not_admitted: bool = False

    @property
    def is_everyone(self) -> bool:
        return not self.price_level_ids and not self.not_admitted

    def includes(self, booking: Booking, admitted: Mapping[str, str | None]) -> bool:
        """`admitted`: the tickets of the event that admitted a person → the booking that had them then."""
        levels = self.price_level_ids
        tickets = [
            ticket.ticket_id
            for ticket in booking.tickets
            if not ticket.refunded and (not levels or ticket.price_level_id in levels)
        ]
        if not self.not_admitted:
            return bool(tickets)
        # A place that is refunded and sold again keeps its id: an admission counts for the booking that it was of.
        came = [ticket_id for ticket_id in tickets if admitted.get(ticket_id, "") in (booking.id, None)]
        return bool(tickets) and not came


EVERYONE = Audience()


class Message(Struct, frozen=True, kw_only=True):
    """`sent_by`: id of an API key or a person. `recipients`: bookings, when it was sent."""

    id: str
    organization_id: str
    event_id: str
    subject: str
    text: str
    sent_by: str
    recipients: int
    created_at: datetime
    audience: Audience = EVERYONE
