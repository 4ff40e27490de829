"""A booking is over: Redis must hear of it, though the process that ended it died before it could say so."""

from admitone.booking.usecases.deps import Deps


async def release_locks(deps: Deps, *, event_id: str, booking_id: str) -> None:
    """Let go of what the booking holds in Redis. Doing it twice changes nothing: no booking comes back to life."""
    await deps.locks.release(event_id, booking_id)
