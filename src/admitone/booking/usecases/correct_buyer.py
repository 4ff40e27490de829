"""Correct a misspelt name or address of a buyer, for the organizer."""

from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.store import organizer_bookings as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.read_organizer_booking import OrganizerBooking, read_organizer_booking


async def correct_buyer(
    deps: OrganizerDeps, *, organization_id: str, booking_id: str, email: str | None, name: str | None
) -> OrganizerBooking:
    """Return the booking after it; None leaves a member as it is. Raises `BookingNotFound`, for another's too."""
    async with deps.booking.pool.connection() as conn:
        is_found = await store.correct_buyer(conn, organization_id, booking_id, email=email, name=name)
    if not is_found:
        raise BookingNotFound
    return await read_organizer_booking(deps, organization_id=organization_id, booking_id=booking_id)
