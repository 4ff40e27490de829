"""Give money back, in part or in full: set aside first, so that refunds together never exceed the payment."""

from contextlib import suppress

from admitone.payments.contracts import PaymentOutcome, RefundOrder
from admitone.payments.domain.payment import PAID, outcome_of
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.complete_refund import RefundOutstanding, complete_refund
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.order_refund import order_refund


async def refund_payment(deps: Deps, booking_id: str, amount: int, *, refund_id: str, fees: int = 0) -> PaymentOutcome:
    """Refund `amount` minor units, `fees` of them out of our fees. `refund_id` is the idempotency key.

    → `REFUNDED` where all of it has gone back, `CAPTURED` where a part is left, or where the provider has not
    answered yet (the job goes on asking). Raises `RefundExceedsPayment`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        await order_refund(deps, conn, RefundOrder(refund_id, booking_id, amount, fees))
    with suppress(RefundOutstanding):  # the job asks again
        await complete_refund(deps, refund_id)
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, [booking_id])
    return next(outcome_of(attempt) for attempt in reversed(attempts) if attempt.status in PAID)
