"""Release the seats of a held booking, because the buyer says so."""

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.refusals import BookingAlreadyPaid, BookingNotFound
from admitone.booking.domain.token import is_booking_token
from admitone.booking.store.bookings import read_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_bookings import end_bookings
from admitone.kit.crash_points import crash_point


async def release_booking(deps: Deps, *, booking_id: str, booking_token: str) -> Booking:
    """Return the booking, released now or over before. Raises `BookingNotFound`, `BookingAlreadyPaid`."""
    if not is_booking_token(deps.token_keys, booking_id, booking_token):
        raise BookingNotFound
    async with deps.pool.connection() as conn, conn.transaction():
        ended = await end_bookings(deps, conn, [booking_id], status=BookingStatus.RELEASED)
        booking = ended[0] if ended else None
        if booking is None:
            stored = await read_booking(conn, booking_id)
            if stored is None:
                raise BookingNotFound
            booking = stored.booking
    crash_point("booking.released")
    if booking.status in (BookingStatus.RELEASED, BookingStatus.EXPIRED, BookingStatus.FAILED):
        await deps.locks.release(booking.event_id, booking.id)
        return booking
    raise BookingAlreadyPaid(booking.status.value)
