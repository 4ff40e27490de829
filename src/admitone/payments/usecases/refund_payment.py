"""Give money back, in part or in full: set aside first, so that refunds together never exceed the payment."""

from contextlib import suppress
from typing import ClassVar

from admitone.kit.refusal import Kind, Refusal
from admitone.payments.contracts import PaymentOutcome
from admitone.payments.domain.payment import PAID, outcome_of
from admitone.payments.store.payments import read_payments
from admitone.payments.store.refunds import read_refund, reserve_refund
from admitone.payments.usecases.complete_refund import RefundOutstanding, complete_refund
from admitone.payments.usecases.deps import Deps

REFUND_JOB = "payments.refund"


class RefundExceedsPayment(Refusal):
    """Less than the amount is left of what was captured (or nothing was captured)."""

    code: ClassVar[str] = "refund-exceeds-payment"
    kind: ClassVar[Kind] = Kind.CONFLICT


async def refund_payment(deps: Deps, booking_id: str, amount: int, *, refund_id: str, fees: int = 0) -> PaymentOutcome:
    """Refund `amount` minor units, `fees` of them out of our fees. `refund_id` is the idempotency key.

    → `REFUNDED` where all of it has gone back, `CAPTURED` where a part is left, or where the provider has not
    answered yet (the job goes on asking). Raises `RefundExceedsPayment`.
    """
    assert 0 <= fees <= amount
    assert amount > 0
    async with deps.pool.connection() as conn, conn.transaction():
        reserved = await reserve_refund(conn, refund_id=refund_id, booking_id=booking_id, amount=amount, fees=fees)
        if reserved:
            await deps.defer(conn, REFUND_JOB, refund_id=refund_id)
        elif await read_refund(conn, refund_id) is None:
            raise RefundExceedsPayment("Less than this amount is left to be refunded.")
    with suppress(RefundOutstanding):  # the job asks again
        await complete_refund(deps, refund_id)
    async with deps.pool.connection() as conn:
        tries = await read_payments(conn, [booking_id])
    return next(outcome_of(one) for one in reversed(tries) if one.status in PAID)
