"""The buyer paid at the provider and may never come back: what that means for the booking."""

import structlog

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.refusals import AuthenticationRequired, PaymentDeclined, SaleLost
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.claims import PaymentStart, StoredBooking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.extend_hold_for_authentication import extend_hold_for_authentication
from admitone.booking.usecases.finish_payment import finish_payment
from admitone.booking.usecases.resolve_payment import resolve_payment
from admitone.payments.contracts import PaymentOrder

log = structlog.get_logger(__name__)

VOID_JOB = "payments.void"
_OVER = (BookingStatus.EXPIRED, BookingStatus.RELEASED, BookingStatus.FAILED)


async def project_payment(deps: Deps, *, booking_id: str, is_paid: bool, is_asked: bool = False) -> None:
    """Take the booking on from where it stands. Raises `PaymentPending` while there is no outcome,
    `PaymentBegunElsewhere` where somebody else is at it: the job is tried again.

    Paid while its hold lives: sold, as if the buyer had come back. Paid for nothing: the money is let go.
    `is_asked`: the bank has asked the buyer and waits for the answer, so the hold is given the time for it.
    """
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None:
        return
    if stored.booking.status is BookingStatus.PAYING:
        await resolve_payment(deps, booking_id=booking_id)
    elif is_paid and stored.booking.status is BookingStatus.IN_PROGRESS:
        begun = await deps.starts.submit(PaymentStart(booking_id, "", None, None, None, 0))
        if begun is not None:
            await _finish(deps, begun)
        elif stored.booking.expires_at <= deps.now():
            await _let_go(deps, booking_id)
        else:
            raise PaymentBegunElsewhere(booking_id)
    elif is_asked and stored.booking.status is BookingStatus.IN_PROGRESS:
        await extend_hold_for_authentication(deps, stored=stored)
    elif is_paid and stored.booking.status in _OVER:
        await _let_go(deps, booking_id)


class PaymentBegunElsewhere(Exception):
    """Somebody else is at it in this moment (or the event was closed): the job is to be tried again."""


async def _finish(deps: Deps, begun: StoredBooking) -> None:
    booking = begun.booking
    order = PaymentOrder(booking.id, begun.attempt, booking.total, booking.currency, None, is_new=True)
    try:
        await finish_payment(deps, stored=begun, order=order)
    except (PaymentDeclined, AuthenticationRequired, SaleLost) as refusal:
        log.info("payment followed", booking_id=booking.id, outcome=refusal.code)


async def _let_go(deps: Deps, booking_id: str) -> None:
    async with deps.pool.connection() as conn, conn.transaction():
        await deps.defer(conn, VOID_JOB, booking_id=booking_id)
