"""Finish a payment that has begun: ask the processor, then sell the tickets, or return to the hold.

Called by the buyer's confirm, and by the jobs that take over where a process stopped.
"""

from datetime import datetime

import structlog
from msgspec import structs

from admitone.booking.contracts import Booking, BookingChange, BookingsChanged, BookingStatus
from admitone.booking.domain.attempt_limits import decline_keys
from admitone.booking.domain.refusals import AuthenticationRequired, PaymentDeclined, SaleLost
from admitone.booking.sale.selling import AuthorizationMoved, Paid
from admitone.booking.store import payments as store
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.failures import count_attempts
from admitone.booking.usecases.checkout.ending import VOID_JOB, end_bookings
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.showing import publish_sale
from admitone.kit.crash_points import crash_point
from admitone.kit.refusal import Busy
from admitone.payments.contracts import PaymentOrder, PaymentState

log = structlog.get_logger(__name__)

# The hold in Redis must outlast a slow processor; in PostgreSQL a booking that is being paid does not lapse.
PENDING_HOLD_SECONDS = 900
# The minimum time for a buyer to answer the bank. The extension is at most the length of the hold, once a booking.
ANSWER_SECONDS = 300


class PaymentPending(Exception):
    """The processor has not decided, or did not answer: the booking does not change, and a job asks again."""


async def finish_payment(
    deps: Deps, *, stored: StoredBooking, order: PaymentOrder, defers_job: bool = False
) -> Booking:
    """Return the confirmed booking.

    `defers_job`: write a job that asks again if there is no outcome yet. Jobs and rounds ask again by themselves.

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
            except AuthorizationMoved:  # payments has recorded its new state, or is about to
                order = structs.replace(order, sale_records_it=False)
                return await finish_payment(deps, stored=stored, order=order, defers_job=defers_job)
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
            await _wait(deps, booking, defers_job=defers_job)
            raise PaymentPending
    raise AssertionError(outcome.state)


async def sell_booking(deps: Deps, *, stored: StoredBooking, is_recorded: bool = True) -> Booking:
    """Sell a paid booking and show the sale. Raises `SaleLost`, `PaymentPending` if a later attempt decides.

    Without `is_recorded`, the sale records the authorization too. Raises `AuthorizationMoved` if it no longer is one.
    """
    sold = await deps.sale.sell(Paid(stored, is_recorded))
    if sold is not None:
        crash_point("booking.sold")
        await publish_sale(deps, booking=sold)
        crash_point("booking.shown")
        return sold
    return await _sale_lost(deps, stored)


async def extend_hold_for_authentication(deps: Deps, *, stored: StoredBooking) -> datetime:
    """Extend the hold while the bank asks the buyer, and return when it ends now."""
    booking = stored.booking
    async with deps.pool.connection() as conn:
        extended = await store.extend_hold_for_authentication(conn, booking.id, stored.attempt, ANSWER_SECONDS)
    if extended is None:  # the attempt ended meanwhile
        return booking.expires_at
    if extended.is_extended:
        left = (extended.expires_at - deps.now()).total_seconds()
        try:
            await deps.locks.extend(booking.event_id, booking.id, max(1, round(left)))
        except Busy as error:  # the map shows them as free too early; the claim keeps the places
            log.warning("hold not extended on the map", booking_id=booking.id, error=str(error.__cause__))
    return extended.expires_at


async def _sale_lost(deps: Deps, stored: StoredBooking) -> Booking:
    """Handle a sale that found fewer places than the booking has: never charge without a ticket."""
    booking = stored.booking
    async with deps.pool.connection() as conn, conn.transaction():
        now = await read_booking(conn, booking.id)
        assert now is not None, "bookings are never deleted"
        if now.booking.status is BookingStatus.CONFIRMED:
            return now.booking  # another caller finished it
        if now.booking.status is BookingStatus.PAYING and now.attempt == stored.attempt:
            # Another booking has its tickets. End it first, so that no sale follows; then void the authorization.
            await end_bookings(deps, conn, [booking.id], status=BookingStatus.FAILED, from_status=BookingStatus.PAYING)
        elif now.booking.status in (BookingStatus.PAYING, BookingStatus.IN_PROGRESS):
            raise PaymentPending  # a later attempt decides; it finds this authorization and uses it
        else:
            await deps.defer(conn, VOID_JOB, booking_id=booking.id)
        await deps.announce_bookings(conn, BookingsChanged(BookingChange.PAYMENT_LOST, (now.booking,)))
    crash_point("booking.sale_lost")
    await deps.locks.release(booking.event_id, booking.id)
    raise SaleLost


async def _end(deps: Deps, stored: StoredBooking) -> None:
    async with deps.pool.connection() as conn, conn.transaction():
        await store.end_payments(conn, [(stored.booking.id, stored.attempt)])
        await count_attempts(conn, decline_keys(stored.client_key, stored.block_key))


async def _wait(deps: Deps, booking: Booking, *, defers_job: bool) -> None:
    """Write a job that asks again, as the buyer may be gone, and keep the seats shown as held."""
    if defers_job:
        async with deps.pool.connection() as conn, conn.transaction():
            await deps.defer(conn, "booking.resolve_payment", booking_id=booking.id)
    try:
        await deps.locks.extend(booking.event_id, booking.id, PENDING_HOLD_SECONDS)
    except Busy as error:  # the map may show them as free for a while; PostgreSQL refuses to claim them
        log.warning("hold not extended", booking_id=booking.id, error=str(error.__cause__))
