"""Correct a misspelt name or address of a buyer, for the organizer.

The timeline says what kind of data changed, and who changed it. The buyer's links stay, except where the bearer of a
link has changed the address before: the organizer then gives the booking back to its buyer, and that bearer must lose
it.
"""

from admitone.booking.contracts import Booking
from admitone.booking.contracts.resale import PersonNotice
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.domain.seat_changes import Maker
from admitone.booking.store import organizer_bookings as store
from admitone.booking.store.address_corrections import end_correction
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.read_organizer_booking import OrganizerBooking, read_organizer_booking
from admitone.kit.postgres import Connection
from admitone.kit.text import masked_address


async def correct_buyer(
    deps: OrganizerDeps,
    *,
    organization_id: str,
    booking_id: str,
    made_by: Maker,
    email: str | None,
    name: str | None,
) -> OrganizerBooking:
    """Return the booking after it; None leaves a member as it is. Raises `BookingNotFound`, for another's too."""
    async with deps.booking.pool.connection() as conn, conn.transaction():
        made = await store.correct_buyer(
            conn,
            organization_id,
            booking_id,
            correction_id=deps.booking.new_id("fix"),
            made_by=made_by,
            email=email,
            name=name,
        )
        if made is None:
            raise BookingNotFound
        if made.is_moved:
            await end_correction(conn, booking_id, "replaced")
        if made.is_taken_back:
            await _send_new_link(deps, conn, made.booking)
    return await read_organizer_booking(deps, organization_id=organization_id, booking_id=booking_id)


async def _send_new_link(deps: OrganizerDeps, conn: Connection, booking: Booking) -> None:
    correction_id = deps.booking.new_id("cor")
    facts = {
        "event_id": booking.event_id,
        "correction_id": correction_id,
        "booking_id": booking.id,
        "link_version": booking.link_version,
        "new": masked_address(booking.buyer_email or ""),
        "email": booking.buyer_email,
    }
    await deps.booking.announce(conn, PersonNotice.ADDRESS_CORRECTED, correction_id, facts)
