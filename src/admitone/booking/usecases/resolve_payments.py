"""Jobs and rounds that finish payments after the buyer, or the process that began them, is gone."""

import structlog

from admitone.booking.contracts import Booking, BookingChange, BookingsChanged, BookingStatus
from admitone.booking.domain.refusals import AuthenticationRequired, PaymentDeclined, SaleLost
from admitone.booking.store import bookings as store
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.payments import PaymentStart, begin_late_payment, take_over_payment
from admitone.booking.usecases.checkout.ending import VOID_JOB, end_bookings
from admitone.booking.usecases.checkout.paying import (
    PaymentPending,
    extend_hold_for_authentication,
    finish_payment,
    sell_booking,
)
from admitone.booking.usecases.deps import Deps
from admitone.kit.crash_points import crash_point
from admitone.payments.contracts import PaymentOrder, PaymentState

log = structlog.get_logger(__name__)

# A payment without an outcome for this long: its process is gone.
STALE_SECONDS = 10
_OVER = (BookingStatus.EXPIRED, BookingStatus.RELEASED, BookingStatus.FAILED)


class PaymentBegunElsewhere(Exception):
    """Another process is paying this booking now, or its event was closed: the queue attempts the job again."""


async def resolve_payment(deps: Deps, *, booking_id: str) -> None:
    """Ask payments for the outcome of the current attempt. Raises `PaymentPending`: the job runs again."""
    async with deps.pool.connection() as conn:
        stored = await store.read_booking(conn, booking_id)
    if stored is None or stored.booking.status is not BookingStatus.PAYING:
        return
    order = PaymentOrder(booking_id, stored.attempt, stored.booking.total, stored.booking.currency, None)
    try:
        await finish_payment(deps, stored=stored, order=order)
    except (PaymentDeclined, AuthenticationRequired, SaleLost) as refusal:
        log.info("payment resolved", booking_id=booking_id, outcome=refusal.code)


async def project_payment(deps: Deps, *, booking_id: str, is_paid: bool, is_asked: bool = False) -> None:
    """Apply the processor's report about a booking whose buyer may never return.

    Paid while its hold lives: sold. Paid after it ended: the authorization is voided. `is_asked`: the bank waits for
    the buyer's answer, so the hold is extended. Raises `PaymentPending` while there is no outcome, and
    `PaymentBegunElsewhere`: the queue attempts the job again.
    """
    async with deps.pool.connection() as conn:
        stored = await store.read_booking(conn, booking_id)
    if stored is None:
        return
    if stored.booking.status is BookingStatus.PAYING:
        await resolve_payment(deps, booking_id=booking_id)
    elif is_paid and stored.booking.status is BookingStatus.IN_PROGRESS:
        begun = await deps.sale.starts.submit(PaymentStart(booking_id, "", None, None, None, 0))
        if begun is not None:
            await _finish(deps, begun)
        elif stored.booking.expires_at <= deps.now():
            await _let_go(deps, stored.booking)
        else:
            raise PaymentBegunElsewhere(booking_id)
    elif is_asked and stored.booking.status is BookingStatus.IN_PROGRESS:
        await extend_hold_for_authentication(deps, stored=stored)
    elif is_paid and stored.booking.status in _OVER:
        await _let_go(deps, stored.booking)


async def resolve_stalled(deps: Deps) -> None:
    """Ask for the outcome of payments whose process died between two steps; their holds still live."""
    async with deps.pool.connection() as conn:
        stalled = await store.read_stalled_payments(conn, STALE_SECONDS)
    for booking_id in stalled:
        try:
            await resolve_payment(deps, booking_id=booking_id)
        except PaymentPending:
            continue  # the next round asks again


async def resolve_overdue(deps: Deps) -> int:
    """End bookings whose time is over and that may be paid: ask the processor before freeing their seats.

    A payment that is not final is cancelled first; if the processor answers that it is authorized, the buyer gets the
    seats. Return how many bookings ended.
    """
    async with deps.pool.connection() as conn:
        overdue = await store.read_overdue(conn)
    ended = []
    for row in overdue:
        if row["status"] == BookingStatus.PAYING.value and row["seconds"] < STALE_SECONDS:
            continue  # its process is probably still asking
        if row["status"] == BookingStatus.IN_PROGRESS.value and not row["is_over"]:
            ended.append(row["id"])  # extended while the bank asks the buyer: the sweeper finds it again
        elif await _resolve(deps, row["id"], BookingStatus(row["status"]), row["attempt"]):
            ended.append(row["id"])
    if ended:
        async with deps.pool.connection() as conn:
            await store.clear_overdue(conn, ended)
    return len(ended)


async def _resolve(deps: Deps, booking_id: str, status: BookingStatus, attempt: int) -> bool:
    """Return whether it ended. No sale can begin meanwhile: its time is over, or this process takes it over."""
    if status is BookingStatus.PAYING:
        async with deps.pool.connection() as conn:
            taken = await take_over_payment(conn, booking_id, attempt)
        if taken is None:
            return False  # its own process has continued it
        crash_point("booking.taken_over")
    elif status is not BookingStatus.IN_PROGRESS:
        return True
    if status is BookingStatus.PAYING or deps.prepare_payment is not None:
        outcome = await deps.settle(booking_id)
        crash_point("booking.settled")
        if outcome.state in (PaymentState.UNKNOWN, PaymentState.PROCESSING):
            return False
        if outcome.state in (PaymentState.AUTHORIZED, PaymentState.CAPTURED):
            stored = taken if status is BookingStatus.PAYING else await _begin_late(deps, booking_id, attempt)
            if stored is not None:
                return await _sell(deps, stored)
    async with deps.pool.connection() as conn, conn.transaction():
        ended = await end_bookings(
            deps, conn, [booking_id], status=BookingStatus.EXPIRED, from_status=status, lapsed_only=True
        )
    crash_point("booking.ended")
    for booking in ended:
        await deps.locks.release(booking.event_id, booking.id)
    return True


async def _begin_late(deps: Deps, booking_id: str, attempt: int) -> StoredBooking | None:
    """Start a payment that the client made itself in the last moment of its hold, if it still has its places."""
    async with deps.pool.connection() as conn:
        return await begin_late_payment(conn, booking_id, attempt)


async def _sell(deps: Deps, stored: StoredBooking) -> bool:
    try:
        await sell_booking(deps, stored=stored)
    except PaymentPending:
        return False
    except SaleLost as refusal:
        log.info("payment resolved", booking_id=stored.booking.id, outcome=refusal.code)
    return True


async def _finish(deps: Deps, begun: StoredBooking) -> None:
    booking = begun.booking
    order = PaymentOrder(booking.id, begun.attempt, booking.total, booking.currency, None, is_new=True)
    try:
        await finish_payment(deps, stored=begun, order=order)
    except (PaymentDeclined, AuthenticationRequired, SaleLost) as refusal:
        log.info("payment synced", booking_id=booking.id, outcome=refusal.code)


async def _let_go(deps: Deps, booking: Booking) -> None:
    async with deps.pool.connection() as conn, conn.transaction():
        await deps.defer(conn, VOID_JOB, booking_id=booking.id)
        await deps.announce_bookings(conn, BookingsChanged(BookingChange.PAYMENT_LOST, (booking,)))
