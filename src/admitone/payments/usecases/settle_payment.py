"""Before a booking's seats are freed: make sure that nobody is paying for them any more."""

from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.end_attempt import end_attempt

_OVER = (PaymentState.VOIDED, PaymentState.DECLINED)


async def settle_payment(deps: Deps, booking_id: str) -> PaymentOutcome:
    """Cancel what is not final and return the terminal truth over all attempts of the booking.

    `VOIDED`: no money is held, and none will be. `AUTHORIZED`, `CAPTURED`, `REFUNDED`: it was paid after all.
    `UNKNOWN`, `PROCESSING`: the provider gives no terminal answer now; ask again later, free nothing.
    The caller must have closed the booking to sales first, or a sale may meet a payment cancelled here.
    """
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, [booking_id])
    outcomes = [await end_attempt(deps, payment, void_authorized=False) for payment in attempts]
    undecided = [outcome for outcome in outcomes if outcome.state in (PaymentState.UNKNOWN, PaymentState.PROCESSING)]
    paid = [outcome for outcome in outcomes if outcome.state not in _OVER and outcome not in undecided]
    return next(iter(paid + undecided), PaymentOutcome(booking_id, PaymentState.VOIDED))
