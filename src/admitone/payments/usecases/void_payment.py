"""Let reserved money go: the sale did not happen."""

from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.end_attempt import end_attempt


class PaymentUndecided(Exception):
    """The provider gives no terminal answer now; the job is to be tried again."""


async def void_payment(deps: Deps, booking_id: str) -> PaymentOutcome:
    """Cancel every try of the booking, authorized ones too. → `VOIDED`, or `CAPTURED` where it is too late.

    Raises `PaymentUndecided`.
    """
    async with deps.pool.connection() as conn:
        tries = await read_payments(conn, [booking_id])
    outcomes = [await end_attempt(deps, payment, void_authorized=True) for payment in tries]
    if any(one.state in (PaymentState.UNKNOWN, PaymentState.PROCESSING) for one in outcomes):
        raise PaymentUndecided(booking_id)
    kept = [one for one in outcomes if one.state not in (PaymentState.VOIDED, PaymentState.DECLINED)]
    return next(iter(kept), PaymentOutcome(booking_id, PaymentState.VOIDED))
