"""From "being paid" to an end: ask the provider, then sell, or let the hold live on.

Called by the buyer's confirm and by the jobs that take over where a process stopped.
"""

import structlog
from msgspec import structs

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.attempt_limits import decline_keys
from admitone.booking.domain.refusals import AuthenticationRequired, PaymentDeclined, SaleLost
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.claims import StoredBooking, end_payments
from admitone.booking.store.failures import count_attempts
from admitone.booking.usecases.deps import AuthorizationMoved, Deps, Paid
from admitone.booking.usecases.end_bookings import end_bookings
from admitone.booking.usecases.extend_hold_for_authentication import extend_hold_for_authentication
from admitone.booking.usecases.publish_sale import publish_sale
from admitone.kit.crash_points import crash_point
from admitone.kit.refusal import Busy
from admitone.payments.contracts import PaymentOrder, PaymentState

log = structlog.get_logger(__name__)

# While the provider thinks, the hold in Redis must not lapse; PostgreSQL does not let go of it anyway.
PENDING_HOLD_SECONDS = 900


class PaymentPending(Exception):
    """The provider has not decided (or did not answer): the booking stays as it is, and somebody asks again."""


async def finish_payment(
    deps: Deps, *, stored: StoredBooking, order: PaymentOrder, leaves_word: bool = False
) -> Booking:
    """Return the confirmed booking.

    With `leaves_word`, a job asks again where there is no outcome yet (whoever is a job or a round does so anyway).

    Raises `PaymentDeclined`, `AuthenticationRequired`, `SaleLost`; `PaymentPending` while there is no outcome.
    """
    booking = stored.booking
    if booking.total == 0:
        return await sell_booking(deps, stored=stored)
    outcome = await deps.authorize(order)
    crash_point("booking.authorized")
    match outcome.state:
        case PaymentState.AUTHORIZED | PaymentState.CAPTURED:
            try:
                return await sell_booking(deps, stored=stored, is_recorded=outcome.is_recorded)
            except AuthorizationMoved:  # what it is now is in the payments' books, or about to be
                order = structs.replace(order, sale_records_it=False)
                return await finish_payment(deps, stored=stored, order=order, leaves_word=leaves_word)
        case PaymentState.DECLINED | PaymentState.VOIDED | PaymentState.REFUNDED:
            await _end(deps, stored)
            raise PaymentDeclined(
                decline_code=outcome.decline_code or "generic_decline",
                message=outcome.message or "The card was declined.",
                expires_at=booking.expires_at,
            )
        case PaymentState.ACTION_REQUIRED:
            expires_at = await extend_hold_for_authentication(deps, stored=stored)
            raise AuthenticationRequired(next_action=outcome.next_action, expires_at=expires_at)
        case PaymentState.PROCESSING | PaymentState.UNKNOWN:
            await _wait(deps, booking, leaves_word=leaves_word)
            raise PaymentPending
    raise AssertionError(outcome.state)


async def sell_booking(deps: Deps, *, stored: StoredBooking, is_recorded: bool = True) -> Booking:
    """Sell what was paid for and show it. Raises `SaleLost`, `PaymentPending` where a later attempt decides.

    Without `is_recorded`, the sale writes the authorization down too; `AuthorizationMoved` where it is one no more.
    """
    sold = await deps.sales.submit(Paid(stored, is_recorded))
    if sold is not None:
        crash_point("booking.sold")
        await publish_sale(deps, booking=sold)
        crash_point("booking.shown")
        return sold
    return await _sale_lost(deps, stored)


async def _sale_lost(deps: Deps, stored: StoredBooking) -> Booking:
    """The sale found less than it needed: find out why, and see to it that nobody is charged without a ticket."""
    booking = stored.booking
    async with deps.pool.connection() as conn, conn.transaction():
        now = await read_booking(conn, booking.id)
        assert now is not None, "bookings are never deleted"
        if now.booking.status is BookingStatus.CONFIRMED:
            return now.booking  # somebody else finished it
        if now.booking.status is BookingStatus.PAYING and now.attempt == stored.attempt:
            # Its tickets are with somebody else. Closed first, so that no sale can follow; then the money goes back.
            await end_bookings(deps, conn, [booking.id], status=BookingStatus.FAILED, from_status=BookingStatus.PAYING)
        elif now.booking.status in (BookingStatus.PAYING, BookingStatus.IN_PROGRESS):
            raise PaymentPending  # a later try decides; it finds this authorization and uses it
        else:
            await deps.defer(conn, "payments.void", booking_id=booking.id)
    crash_point("booking.sale_lost")
    await deps.locks.release(booking.event_id, booking.id)
    raise SaleLost


async def _end(deps: Deps, stored: StoredBooking) -> None:
    async with deps.pool.connection() as conn, conn.transaction():
        await end_payments(conn, [(stored.booking.id, stored.attempt)])
        await count_attempts(conn, decline_keys(stored.client_key, stored.block_key))


async def _wait(deps: Deps, booking: Booking, *, leaves_word: bool) -> None:
    """Leave word that somebody must ask again, though the buyer may be gone, and keep the seats shown as held."""
    if leaves_word:
        async with deps.pool.connection() as conn, conn.transaction():
            await deps.defer(conn, "booking.resolve_payment", booking_id=booking.id)
    try:
        await deps.locks.extend(booking.event_id, booking.id, PENDING_HOLD_SECONDS)
    except Busy as error:  # the map may show them as free for a while; PostgreSQL lets nobody have them
        log.warning("hold not extended", booking_id=booking.id, error=str(error.__cause__))
