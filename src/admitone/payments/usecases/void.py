"""Void payments: make sure that no attempt of a booking holds or takes money any more."""

import structlog

from admitone.kit.crash_points import crash_point
from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.payment import Status
from admitone.payments.store.ledger import read_sold
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.attempt.end import end_attempt
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.refunds import refund_payment

log = structlog.get_logger(__name__)

_OVER = (PaymentState.VOIDED, PaymentState.DECLINED)
_UNDECIDED = (PaymentState.UNKNOWN, PaymentState.PROCESSING)


class PaymentUndecided(Exception):
    """The provider gives no terminal answer now: retry the job."""


async def settle_payment(deps: Deps, booking_id: str) -> PaymentOutcome:
    """Before a booking's seats are freed: cancel what is not final, return the terminal outcome over all attempts.

    `VOIDED`: no money is held, and none will be. `AUTHORIZED`, `CAPTURED`, `REFUNDED`: the booking was paid.
    `UNKNOWN`, `PROCESSING`: the provider gives no terminal answer now; ask again later, free nothing.
    The caller must have closed the booking to sales first, or a sale may meet a payment cancelled here.
    """
    outcomes = await _end_all(deps, booking_id, void_authorized=False)
    undecided = [outcome for outcome in outcomes if outcome.state in _UNDECIDED]
    paid = [outcome for outcome in outcomes if outcome.state not in _OVER + _UNDECIDED]
    return next(iter(paid + undecided), PaymentOutcome(booking_id, PaymentState.VOIDED))


async def void_payment(deps: Deps, booking_id: str) -> PaymentOutcome:
    """The sale did not happen: cancel every attempt, authorized ones too. Return `VOIDED`, or what came before.

    Refund in full what was captured without a sale (by hand, at the provider). Raises `PaymentUndecided`.
    """
    outcomes = await _end_all(deps, booking_id, void_authorized=True)
    if any(outcome.state in _UNDECIDED for outcome in outcomes):
        raise PaymentUndecided(booking_id)
    crash_point("payments.voided")
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, [booking_id])
        is_sold = booking_id in await read_sold(conn, [booking_id])
    captured = next((payment for payment in attempts if payment.status is Status.CAPTURED), None)
    if captured is not None and not is_sold:
        log.error("captured, never sold: refunding", booking_id=booking_id)
        return await refund_payment(deps, booking_id, captured.amount, refund_id=f"{booking_id}:unsold")
    kept = [outcome for outcome in outcomes if outcome.state not in _OVER]
    return next(iter(kept), PaymentOutcome(booking_id, PaymentState.VOIDED))


async def _end_all(deps: Deps, booking_id: str, *, void_authorized: bool) -> list[PaymentOutcome]:
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, [booking_id])
    return [await end_attempt(deps, payment, void_authorized=void_authorized) for payment in attempts]
