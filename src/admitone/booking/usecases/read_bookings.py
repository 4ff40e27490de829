"""Read bookings: by token, by the ticket of a sold place, by idempotency key, and their state for the waiting room."""

from collections.abc import Awaitable, Callable

import msgspec

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus
from admitone.booking.domain.refusals import BookingNotFound, TicketNotFound
from admitone.booking.domain.token import check_link_version, is_booking_token
from admitone.booking.store import bookings as store
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.usecases.deps import Deps
from admitone.kit.refusal import IdempotencyKeyReused

ReadByKey = Callable[[bytes], Awaitable[StoredBooking | None]]


async def get_booking(deps: Deps, *, booking_id: str, booking_token: str) -> Booking:
    """Return the current booking. Raises `BookingNotFound`, for a wrong token too, and `BookingLinkReplaced`."""
    if not is_booking_token(deps.token_keys, booking_id, booking_token):
        raise BookingNotFound
    async with deps.pool.connection() as conn:
        stored = await store.read_booking(conn, booking_id)
    if stored is None:
        raise BookingNotFound
    booking = stored.booking
    check_link_version(booking, booking_token)
    if booking.status is BookingStatus.IN_PROGRESS and booking.expires_at <= deps.now():
        return msgspec.structs.replace(booking, status=BookingStatus.EXPIRED)  # true before the sweeper runs
    return booking


async def get_bought_booking(deps: Deps, *, booking_id: str) -> Booking:
    """Return a booking that was bought, without a check of the caller. Raises `BookingNotFound`."""
    async with deps.pool.connection() as conn:
        stored = await store.read_bought_booking(conn, booking_id)
    if stored is None:
        raise BookingNotFound
    return stored.booking


async def get_sold_ticket(deps: Deps, *, event_id: str, index: int) -> tuple[Booking, BookedTicket]:
    """Return the booking that holds a sold place, and its ticket. Raises `TicketNotFound`."""
    async with deps.pool.connection() as conn:
        stored = await store.read_ticket_holder(conn, event_id, index)
    if stored is None:
        raise TicketNotFound
    return stored.booking, next(ticket for ticket in stored.booking.tickets if ticket.index == index)


async def find_by_idempotency_key(read: ReadByKey, *, key: bytes, request_hash: bytes | None) -> Booking | None:
    """Return the booking that an idempotency key made, as it is now; None if the key made none.

    PostgreSQL has it even if Redis has lost the recorded answer. The arguments are digests. Raises
    `IdempotencyKeyReused` if another request made it.
    """
    known = await read(key)
    if known is not None and known.request_hash != request_hash:
        raise IdempotencyKeyReused
    return None if known is None else known.booking


async def get_booking_states(deps: Deps, *, booking_ids: list[str]) -> dict[str, str]:
    """Return "live" or "sold" by booking id. Bound to its `deps` it is a `waiting_room.contracts.GetBookingStates`."""
    async with deps.pool.connection() as conn:
        return await store.read_booking_states(conn, booking_ids)
