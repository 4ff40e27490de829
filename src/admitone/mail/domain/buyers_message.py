"""A message of an organizer to all buyers of an event."""

from datetime import datetime

from msgspec import Struct


class Message(Struct, frozen=True, kw_only=True):
    """`sent_by`: id of an API key. `recipients`: bookings, when it was sent."""

    id: str
    organization_id: str
    event_id: str
    subject: str
    text: str
    sent_by: str
    recipients: int
    created_at: datetime
