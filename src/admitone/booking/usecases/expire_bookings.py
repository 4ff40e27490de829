"""Sweep bookings whose time has passed. Expiry is true by comparing clocks; this only tidies up behind it."""

from admitone.booking.contracts import BookingStatus
from admitone.booking.store import bookings as store
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_bookings import end_bookings
from admitone.kit.crash_points import crash_point


async def expire_bookings(deps: Deps) -> int:
    """End the unpaid ones that are due and give their seats back. Return how many ended.

    Noted, so that the processor is asked first: those being paid, and where clients pay at the processor by
    themselves all that cost something (rivals can have their places meanwhile: their time is over).
    """
    count = 0
    while True:
        due, ended = await _expire_some(deps)
        count += ended
        if due < store.SWEPT_MAX:
            return count


async def _expire_some(deps: Deps) -> tuple[int, int]:
    """Return how many were due, and how many of these ended. None of them is due afterwards: ended, or noted."""
    async with deps.pool.connection() as conn, conn.transaction():
        passed = await store.sweep_expired(conn)
        unpaid = [row["id"] for row in passed if row["status"] == BookingStatus.IN_PROGRESS.value]
        if deps.prepare_payment is not None:
            unpaid = []
        ended = await end_bookings(deps, conn, unpaid, status=BookingStatus.EXPIRED, lapsed_only=True)
        ended_ids = {booking.id for booking in ended}
        # Also those that began to pay between the two statements.
        overdue = [row["id"] for row in passed if row["id"] not in ended_ids]
        if overdue:
            await store.record_overdue(conn, overdue)
    if ended:
        crash_point("booking.expired")
    for booking in ended:
        await deps.locks.release(booking.event_id, booking.id)
    return len(passed), len(ended)
