"""End unpaid bookings: their seats go back on sale, and no authorization stays open."""

from collections.abc import Sequence

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.store.claims import free_bookings
from admitone.booking.usecases.deps import Deps
from admitone.kit.postgres import Connection

RELEASE_JOB = "booking.release_locks"
VOID_JOB = "payments.void"
OFFER_JOB = "booking.offer_places"
"""Written in the transaction that withholds places for the waiting list: they are offered, whatever happens to this
process."""


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

    A booking with a payment attempt may have left an authorization with the processor: a job voids it. The same is true
    for a client that confirms with the processor itself.
    """
    ended = await free_bookings(conn, ids, status=status, from_status=from_status, lapsed_only=lapsed_only)
    for event_id in sorted({booking.booking.event_id for booking in ended if booking.is_withheld}):
        await deps.defer(conn, OFFER_JOB, event_id=event_id)
    for booking in ended:
        if booking.attempt > 0:  # its lock may last much longer than the hold
            await deps.defer(conn, RELEASE_JOB, event_id=booking.booking.event_id, booking_id=booking.booking.id)
        if booking.attempt > 0 or (deps.prepare_payment is not None and booking.booking.total > 0):
            await deps.defer(conn, VOID_JOB, booking_id=booking.booking.id)
    return [item.booking for item in ended]
