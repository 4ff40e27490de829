"""The bank asks the buyer: the hold must not lapse while the answer is given."""

from datetime import datetime

import structlog

from admitone.booking.store import claims as store
from admitone.booking.store.claims import StoredBooking
from admitone.booking.usecases.deps import Deps
from admitone.kit.refusal import Busy

log = structlog.get_logger(__name__)

# So long at least a buyer has for the bank's question, and never longer than the hold was: once a booking.
ANSWER_SECONDS = 300


async def await_buyer(deps: Deps, *, stored: StoredBooking) -> datetime:
    """Let the hold of this attempt live on, and return when it ends now."""
    booking = stored.booking
    async with deps.pool.connection() as conn:
        awaited = await store.await_buyer(conn, booking.id, stored.attempt, ANSWER_SECONDS)
    if awaited is None:  # decided otherwise meanwhile
        return booking.expires_at
    if awaited.is_extended:
        left = (awaited.expires_at - deps.now()).total_seconds()
        try:
            await deps.locks.extend(booking.event_id, booking.id, max(1, round(left)))
        except Busy as error:  # shown as free too early; the claim keeps the places
            log.warning("hold not extended on the map", booking_id=booking.id, error=str(error.__cause__))
    return awaited.expires_at
