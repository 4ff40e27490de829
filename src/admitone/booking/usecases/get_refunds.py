"""What was given back for a booking, for its organizer."""

from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.store.bookings import read_booking
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.payments.contracts import RefundView


async def get_refunds(deps: OrganizerDeps, *, organization_id: str, booking_id: str) -> list[RefundView]:
    """By time, those made at the provider too. Raises `BookingNotFound`."""
    async with deps.booking.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None or stored.booking.organization_id != organization_id:
        raise BookingNotFound
    return await deps.list_refunds(booking_id)
