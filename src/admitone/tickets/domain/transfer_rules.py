"""When tickets may be transferred or named, and until when an offer is open."""

import hashlib
from datetime import datetime, timedelta

from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.tickets.domain.refusals import NamesClosed, TransfersClosed

OFFER_TIME = timedelta(days=7)
OFFERED_MAX = 100
"""Tickets of one offer."""


def offer_deadline(event: EventDocument, *, is_allowed: bool, ends_at: datetime | None, now: datetime) -> datetime:
    """Return until when an offer that is made now can be accepted. Raises `TransfersClosed`.

    `ends_at`: of the organizer; None: transfers end when the event starts.
    """
    if not is_allowed:
        raise TransfersClosed("off")
    if event.status is EventStatus.CANCELLED:
        raise TransfersClosed("event-cancelled")
    last = ends_at or event.starts_at
    if last is not None and last <= now:
        raise TransfersClosed("ended")
    return now + OFFER_TIME if last is None else min(last, now + OFFER_TIME)


def check_names_open(event: EventDocument, *, asks_names: bool, now: datetime) -> None:
    """Raise `NamesClosed` unless holders can enter the names of guests now."""
    if not asks_names:
        raise NamesClosed("off")
    if event.status is EventStatus.CANCELLED:
        raise NamesClosed("event-cancelled")
    if event.starts_at is not None and event.starts_at <= now:
        raise NamesClosed("ended")


def hash_code(code: str) -> bytes:
    """Return what is stored of the code in an offer's link. It has 128 random bits, so it needs no salt."""
    return hashlib.sha256(code.encode("utf-8", "replace")).digest()
