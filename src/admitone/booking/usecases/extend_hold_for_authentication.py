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


async def extend_hold_for_authentication(deps: Deps, *, stored: StoredBooking) -> datetime:
    """Let the hold of this attempt live on, and return when it ends now."""
    booking = stored.booking
    async with deps.pool.connection() as conn:
        extended = await store.extend_hold_for_authentication(conn, booking.id, stored.attempt, ANSWER_SECONDS)
    if extended is None:  # decided otherwise meanwhile
        return booking.expires_at
    if extended.is_extended:
        left = (extended.expires_at - deps.now()).total_seconds()
        try:
            await deps.locks.extend(booking.event_id, booking.id, max(1, round(left)))
        except Busy as error:  # shown as free too early; the claim keeps the places
            log.warning("hold not extended on the map", booking_id=booking.id, error=str(error.__cause__))
    return extended.expires_at
