"""Take a booking that is being paid to its end, though the buyer and the process that began it may be gone."""

import structlog

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.refusals import AuthenticationRequired, PaymentDeclined, SaleLost
from admitone.booking.store import bookings as store
from admitone.booking.store.claims import StoredBooking, begin_late_payment, take_over_payment
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_bookings import end_bookings
from admitone.booking.usecases.finish_payment import PaymentPending, finish_payment, sell_booking
from admitone.kit.crash_points import crash_point
from admitone.payments.contracts import PaymentOrder, PaymentState

log = structlog.get_logger(__name__)

# Being paid for this long without an outcome: the process that asked is gone.
STALE_SECONDS = 10


async def resolve_payment(deps: Deps, *, booking_id: str) -> None:
    """Ask for the truth of the current try. Raises `PaymentPending` while there is none (the job is tried again)."""
    async with deps.pool.connection() as conn:
        stored = await store.read_booking(conn, booking_id)
    if stored is None or stored.booking.status is not BookingStatus.PAYING:
        return
    order = PaymentOrder(booking_id, stored.attempt, stored.booking.total, stored.booking.currency, None)
    try:
        await finish_payment(deps, stored=stored, order=order)
    except (PaymentDeclined, AuthenticationRequired, SaleLost) as refusal:
        log.info("payment resolved", booking_id=booking_id, outcome=refusal.code)


async def resolve_stalled(deps: Deps) -> None:
    """Ask for the outcome of payments whose process died between two steps, though their time is not over."""
    async with deps.pool.connection() as conn:
        stalled = await store.read_stalled_payments(conn, STALE_SECONDS)
    for booking_id in stalled:
        try:
            await resolve_payment(deps, booking_id=booking_id)
        except PaymentPending:
            continue  # the processor has not decided; the next round asks again


async def resolve_overdue(deps: Deps) -> int:
    """End bookings whose time passed and that may be paid: the provider is asked before seats are freed.

    What is not final there is cancelled first; if it answers that the money is authorized after all, the buyer wins.
    Return how many came to an end.
    """
    async with deps.pool.connection() as conn:
        overdue = await store.read_overdue(conn)
    ended = []
    for row in overdue:
        if row["status"] == BookingStatus.PAYING.value and row["seconds"] < STALE_SECONDS:
            continue  # its process is most likely still asking
        if row["status"] == BookingStatus.IN_PROGRESS.value and not row["is_over"]:
            ended.append(row["id"])  # its bank asked the buyer, and it was given time: the sweeper sees it again
        elif await _resolve(deps, row["id"], BookingStatus(row["status"]), row["attempt"]):
            ended.append(row["id"])
    if ended:
        async with deps.pool.connection() as conn:
            await store.clear_overdue(conn, ended)
    return len(ended)


async def _resolve(deps: Deps, booking_id: str, status: BookingStatus, attempt: int) -> bool:
    """Whether it came to an end. No sale can begin meanwhile: its time is over, or it is taken over here."""
    if status is BookingStatus.PAYING:
        async with deps.pool.connection() as conn:
            taken = await take_over_payment(conn, booking_id, attempt)
        if taken is None:
            return False  # it moved on by itself
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
    """Paid by the client itself, in the last moment of its hold: honoured if its places are still its own."""
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
