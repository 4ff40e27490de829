"""The answer of every route that reads or changes one booking for its organizer: the booking in detail."""

from litestar import Response

from admitone.booking.schemas.organizer_bookings import BookingDetailOut, booking_detail_out
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.read_organizer_booking import OrganizerBooking, read_organizer_booking
from admitone.kit.http.caching import NO_STORE
from admitone.organizers.contracts import Identity


async def answer_booking(
    deps: OrganizerDeps, identity: Identity, booking_id: str, *, status_code: int = 200
) -> Response[BookingDetailOut]:
    """Read the booking as it is now. Raises `BookingNotFound`, for another organization's too."""
    read = await read_organizer_booking(deps, organization_id=identity.organization_id, booking_id=booking_id)
    return answer_read(deps, read, status_code=status_code)


def answer_read(deps: OrganizerDeps, read: OrganizerBooking, *, status_code: int = 200) -> Response[BookingDetailOut]:
    """Answer with a booking that was read."""
    document = booking_detail_out(read, deps.booking.ticket_links, deps.booking.codes)
    return Response(document, status_code=status_code, headers=NO_STORE)
