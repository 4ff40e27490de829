"""The model's clock: simulated seconds as moments, and the rules that depend on them."""

from datetime import UTC, datetime, timedelta

from admitone.booking.domain.attempt_limits import next_attempt_at
from tests.races.simulation.model_database import Row, View

BEGINNING = datetime(2030, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGINNING + timedelta(seconds=seconds)


def must_wait(view: View, booking: Row) -> bool:
    """Return whether a booking must wait before the next payment, given its earlier attempts."""
    return (next_attempt_at(booking["attempt"], booking["paying_since"]) or BEGINNING) > at(view.now)
