"""Set money aside for a refund, in the transaction of whoever decides on it; a job gives it back."""

from typing import ClassVar

from admitone.kit.postgres import Connection
from admitone.kit.refusal import Kind, Refusal
from admitone.payments.contracts import RefundOrder
from admitone.payments.domain.payment import CAPTURED, PAID
from admitone.payments.store.events import has_dispute
from admitone.payments.store.payments import read_payments
from admitone.payments.store.refunds import read_refund, reserve_refund
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.pay_out_refund import pay_out_refund

REFUND_JOB = "payments.refund"
# A capture follows its sale within seconds.
CAPTURE_SECONDS = 5


class RefundExceedsPayment(Refusal):
    """Less than the amount is left of what was captured."""

    code: ClassVar[str] = "refund-exceeds-payment"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PaymentNotCaptured(Refusal):
    """The money is reserved and not taken yet: in a moment it can be given back."""

    code: ClassVar[str] = "payment-not-captured"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("The payment is being captured. Try again in a moment.", retry_after_seconds=CAPTURE_SECONDS)


class PaymentDisputed(Refusal):
    """The buyer's bank has the money, or has given it back to the buyer: it is not paid back twice."""

    code: ClassVar[str] = "payment-disputed"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("The buyer disputes this payment: their bank has the money and decides where it goes.")


async def order_refund(deps: Deps, conn: Connection, order: RefundOrder) -> None:
    """Reserve the amount and leave word for the job. Asked twice with the same id it is one refund.

    What was paid at the box office goes back there: no job, the books say so in this transaction.

    Raises `RefundExceedsPayment`, `PaymentNotCaptured`, `PaymentDisputed`.
    """
    assert 0 <= order.fees <= order.amount
    assert order.amount > 0
    if await has_dispute(conn, order.booking_id):
        raise PaymentDisputed
    if await reserve_refund(
        conn, refund_id=order.id, booking_id=order.booking_id, amount=order.amount, fees=order.fees
    ):
        refund = await read_refund(conn, order.id)
        assert refund is not None, "it was reserved in this transaction"
        if refund.method is not None:
            await pay_out_refund(conn, refund)
        else:
            await deps.defer(conn, REFUND_JOB, refund_id=order.id)
        return
    if await read_refund(conn, order.id) is not None:
        return
    attempts = await read_payments(conn, [order.booking_id])
    if any(attempt.status in PAID for attempt in attempts) and not any(
        attempt.status in CAPTURED for attempt in attempts
    ):
        raise PaymentNotCaptured
    raise RefundExceedsPayment("Less than this amount is left to be refunded.")
