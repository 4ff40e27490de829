"""Get a booking by its token."""

import msgspec

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus
from admitone.booking.domain.refusals import BookingNotFound, TicketNotFound
from admitone.booking.domain.token import is_booking_token
from admitone.booking.store.bookings import read_booking, read_ticket_holder
from admitone.booking.usecases.deps import Deps


async def get_booking(deps: Deps, *, booking_id: str, booking_token: str) -> Booking:
    """Return the booking as it is now. Raises `BookingNotFound`, for a wrong token too."""
    if not is_booking_token(deps.token_keys, booking_id, booking_token):
        raise BookingNotFound
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None:
        raise BookingNotFound
    booking = stored.booking
    if booking.status is BookingStatus.IN_PROGRESS and booking.expires_at <= deps.now():
        return msgspec.structs.replace(booking, status=BookingStatus.EXPIRED)  # true before the sweeper comes
    return booking


async def get_sold_ticket(deps: Deps, *, event_id: str, index: int) -> tuple[Booking, BookedTicket]:
    """Return the booking that holds a sold place, and its ticket. Raises `TicketNotFound`."""
    async with deps.pool.connection() as conn:
        stored = await read_ticket_holder(conn, event_id, index)
    if stored is None:
        raise TicketNotFound
    return stored.booking, next(ticket for ticket in stored.booking.tickets if ticket.index == index)
