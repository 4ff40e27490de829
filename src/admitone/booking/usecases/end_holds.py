"""End holds: the buyer releases one, or its time is over in PostgreSQL and in Redis."""

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.refusals import BookingAlreadyPaid, BookingNotFound
from admitone.booking.domain.token import check_link_version, is_booking_token
from admitone.booking.store import bookings as store
from admitone.booking.usecases.checkout.ending import end_bookings
from admitone.booking.usecases.deps import Deps
from admitone.kit.crash_points import crash_point


async def release_booking(deps: Deps, *, booking_id: str, booking_token: str) -> Booking:
    """Release the booking for its buyer and return it, even if it was over before.

    Raises `BookingNotFound`, `BookingLinkReplaced`, `BookingAlreadyPaid`.
    """
    if not is_booking_token(deps.token_keys, booking_id, booking_token):
        raise BookingNotFound
    async with deps.pool.connection() as conn, conn.transaction():
        ended = await end_bookings(deps, conn, [booking_id], status=BookingStatus.RELEASED)
        booking = ended[0] if ended else None
        if booking is None:
            stored = await store.read_booking(conn, booking_id)
            if stored is None:
                raise BookingNotFound
            booking = stored.booking
            check_link_version(booking, booking_token)
    crash_point("booking.released")
    if booking.status in (BookingStatus.RELEASED, BookingStatus.EXPIRED, BookingStatus.FAILED):
        await deps.locks.release(booking.event_id, booking.id)
        return booking
    raise BookingAlreadyPaid(booking.status.value)


async def expire_bookings(deps: Deps) -> int:
    """Sweep holds whose time is over: end them and release their seats. Return how many ended.

    Expiry is true by comparing clocks; the sweep only tidies up. It records the following as overdue, so that the
    processor is asked first (`resolve_overdue`): bookings that are being paid, and, where clients pay at the processor
    by themselves, all that cost something. Other buyers may already claim their places.
    """
    count = 0
    while True:
        due, ended = await _expire_some(deps)
        count += ended
        if due < store.SWEPT_MAX:
            return count


async def _expire_some(deps: Deps) -> tuple[int, int]:
    """Return how many were due, and how many of these ended. Afterwards each is ended, or recorded as overdue."""
    async with deps.pool.connection() as conn, conn.transaction():
        await store.forget_sold(conn)
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


async def free_lapsed_holds(deps: Deps) -> int:
    """Free lapsed holds in Redis, so that the live map shows their seats; return how many."""
    freed = 0
    for event_id in await deps.locks.active_events():
        freed += await deps.locks.free_lapsed(event_id)
    return freed
