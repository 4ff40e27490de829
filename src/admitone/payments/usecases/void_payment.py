"""Let reserved money go: the sale did not happen."""

import structlog

from admitone.kit.crash_points import crash_point
from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.payment import Status
from admitone.payments.store.ledger import read_sold
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.end_attempt import end_attempt
from admitone.payments.usecases.refund_payment import refund_payment

log = structlog.get_logger(__name__)


class PaymentUndecided(Exception):
    """The provider gives no terminal answer now; the job is to be tried again."""


async def void_payment(deps: Deps, booking_id: str) -> PaymentOutcome:
    """Cancel every try of the booking, authorized ones too. → `VOIDED`, or what it is where that is too late.

    Money that was captured without a sale (by hand, at the provider) goes back in full.
    Raises `PaymentUndecided`.
    """
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, [booking_id])
    outcomes = [await end_attempt(deps, payment, void_authorized=True) for payment in attempts]
    if any(outcome.state in (PaymentState.UNKNOWN, PaymentState.PROCESSING) for outcome in outcomes):
        raise PaymentUndecided(booking_id)
    crash_point("payments.voided")
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, [booking_id])
        is_sold = booking_id in await read_sold(conn, [booking_id])
    captured = next((attempt for attempt in attempts if attempt.status is Status.CAPTURED), None)
    if captured is not None and not is_sold:
        log.error("captured, never sold: it goes back", booking_id=booking_id)
        return await refund_payment(deps, booking_id, captured.amount, refund_id=f"{booking_id}:unsold")
    kept = [outcome for outcome in outcomes if outcome.state not in (PaymentState.VOIDED, PaymentState.DECLINED)]
    return next(iter(kept), PaymentOutcome(booking_id, PaymentState.VOIDED))
