"""The clock of the model: seconds of simulated time as moments, and what waits for one."""

from datetime import UTC, datetime, timedelta

from admitone.booking.domain.attempt_limits import next_attempt_at
from tests.races.simulation.model_database import Row, View

BEGINNING = datetime(2030, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGINNING + timedelta(seconds=seconds)


def must_wait(view: View, booking: Row) -> bool:
    """Whether a booking may not be paid yet, after the attempts it had."""
    return (next_attempt_at(booking["attempt"], booking["paying_since"]) or BEGINNING) > at(view.now)
