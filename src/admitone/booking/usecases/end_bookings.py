"""End bookings that are not paid: seats go back on sale, and no authorization stays open behind them."""

from collections.abc import Sequence

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.store.claims import free_bookings
from admitone.booking.usecases.deps import Deps
from admitone.kit.postgres import Connection

RELEASE_JOB = "booking.release_locks"


async def end_bookings(
    deps: Deps,
    conn: Connection,
    ids: Sequence[str],
    *,
    status: BookingStatus,
    from_status: BookingStatus = BookingStatus.IN_PROGRESS,
    lapsed_only: bool = False,
) -> list[Booking]:
    """Return the bookings that ended now, in the caller's transaction; it releases their locks after the commit.

    One that was tried to be paid may have left money reserved with the processor: a job lets it go. So may a client
    that confirms with the processor itself, without our knowing.
    """
    ended = await free_bookings(conn, ids, status=status, from_status=from_status, lapsed_only=lapsed_only)
    for booking_end in ended:
        if booking_end.attempt > 0:  # its lock may have been given much longer than the hold
            await deps.defer(
                conn, RELEASE_JOB, event_id=booking_end.booking.event_id, booking_id=booking_end.booking.id
            )
        if booking_end.attempt > 0 or (deps.prepare_payment is not None and booking_end.booking.total > 0):
            await deps.defer(conn, "payments.void", booking_id=booking_end.booking.id)
    return [end.booking for end in ended]
