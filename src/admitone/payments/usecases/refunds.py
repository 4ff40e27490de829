"""Refund payments, in part or in full: reserve the amount first, so that refunds together never exceed the payment."""

from contextlib import suppress
from typing import Any, ClassVar

import structlog

from admitone.kit.crash_points import crash_point
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Kind, Refusal
from admitone.payments.contracts import PaymentOutcome, RefundChanged, RefundOrder, RefundView
from admitone.payments.domain.idempotency_keys import another_key, refund_key
from admitone.payments.domain.ledger import box_office_account
from admitone.payments.domain.payment import CAPTURED, PAID, outcome_of
from admitone.payments.ports import Endpoint, ProviderRefused, ProviderUnreachable
from admitone.payments.store import refunds as store
from admitone.payments.store.disputes import has_dispute
from admitone.payments.store.payments import read_payments
from admitone.payments.store.refunds import Refund, read_refund
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.sync.refunds import NOT_REFUNDED, finish_refund, record_refund

log = structlog.get_logger(__name__)

REFUND_JOB = "payments.refund"
# A capture follows its sale within seconds.
CAPTURE_SECONDS = 5
# Stripe keeps an idempotency key for at least a day. A refund that is requested later (an outage, a job that was
# restarted by hand) under a forgotten key would be made a second time.
KEY_SECONDS = 20 * 3600


class RefundExceedsPayment(Refusal):
    """Less than the amount is left of what was captured."""

    code: ClassVar[str] = "refund-exceeds-payment"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PaymentNotCaptured(Refusal):
    """The money is authorized and not captured yet: it can be refunded in a moment."""

    code: ClassVar[str] = "payment-not-captured"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("The payment is being captured. Try again in a moment.", retry_after_seconds=CAPTURE_SECONDS)


class PaymentDisputed(Refusal):
    """The buyer's bank has the money, or has returned it to the buyer: it is not paid back twice."""

    code: ClassVar[str] = "payment-disputed"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("The buyer disputes this payment: their bank has the money and decides where it goes.")


# A refund lets buyers who are paying go first until it is this old; then it takes its turn among them. The job retries
# for 100 minutes.
GIVES_WAY_SECONDS = 3_600.0


class RefundOutstanding(Exception):
    """The provider did not answer: retry the job."""


async def order_refund(deps: Deps, conn: Connection, order: RefundOrder) -> None:
    """In the caller's transaction: reserve the amount and defer the job. The same id twice is one refund.

    A payment at the box office is refunded there: no job, the ledger has the refund in this transaction.

    Raises `RefundExceedsPayment`, `PaymentNotCaptured`, `PaymentDisputed`.
    """
    assert 0 <= order.fees <= order.amount
    assert order.amount > 0
    if await has_dispute(conn, order.booking_id):
        raise PaymentDisputed
    if await store.reserve_refund(
        conn, refund_id=order.id, booking_id=order.booking_id, amount=order.amount, fees=order.fees
    ):
        refund = await read_refund(conn, order.id)
        assert refund is not None, "it was reserved in this transaction"
        if refund.method is not None:
            assert refund.organization_id is not None, "what is paid at the box office is sold in the same transaction"
            await finish_refund(conn, refund, None, paid_from=box_office_account(refund.method, refund.organization_id))
        else:
            await deps.defer(conn, REFUND_JOB, refund_id=order.id)
        status = "pending" if refund.method is None else "succeeded"
        await deps.announce_refund(conn, RefundChanged(order.id, order.booking_id, status))
        return
    if await read_refund(conn, order.id) is not None:
        return
    attempts = await read_payments(conn, [order.booking_id])
    if any(payment.status in PAID for payment in attempts) and not any(
        payment.status in CAPTURED for payment in attempts
    ):
        raise PaymentNotCaptured
    raise RefundExceedsPayment("Less than this amount is left to refund.")


async def complete_refund(deps: Deps, refund_id: str) -> None:
    """Ask the provider for a reserved refund and record its answer, once. Raises `RefundOutstanding`."""
    async with deps.pool.connection() as conn:
        refund = await read_refund(conn, refund_id)
    if refund is None or refund.status != "pending":
        return
    gives_way = refund.age_seconds < GIVES_WAY_SECONDS
    if gives_way and deps.budget is not None and not await deps.budget.spare(Endpoint.REFUND, 1):
        raise RefundOutstanding(refund_id)
    try:
        if not gives_way and deps.budget is not None:
            await deps.budget.spend(Endpoint.REFUND)
        provider_ref = await _ask(deps, refund)
        crash_point("payments.refunded")
    except ProviderUnreachable as error:
        raise RefundOutstanding(refund_id) from error
    except ProviderRefused as refusal:
        log.error("refund refused", refund_id=refund_id, booking_id=refund.booking_id, code=refusal.code)
        NOT_REFUNDED.labels("refused").inc()
        async with deps.pool.connection() as conn, conn.transaction():
            await store.refuse_refund(conn, refund_id=refund_id, refusal=refusal.code)
            await deps.announce_refund(conn, RefundChanged(refund_id, refund.booking_id, "failed"))
        return
    await record_refund(deps, refund, provider_ref)


async def refund_payment(deps: Deps, booking_id: str, amount: int, *, refund_id: str, fees: int = 0) -> PaymentOutcome:
    """Refund `amount` minor units now, `fees` of them out of our fees. `refund_id` is the idempotency key.

    Return `REFUNDED` where all of it went back, `CAPTURED` where a part is left, or where the provider has not
    answered yet (the job retries). Raises `RefundExceedsPayment`.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        await order_refund(deps, conn, RefundOrder(refund_id, booking_id, amount, fees))
    with suppress(RefundOutstanding):  # the job retries
        await complete_refund(deps, refund_id)
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, [booking_id])
    return next(outcome_of(payment) for payment in reversed(attempts) if payment.status in PAID)


async def get_refunds(deps: Deps, booking_id: str) -> list[RefundView]:
    """Return a booking's refunds by time, those made at the provider too."""
    async with deps.pool.connection() as conn:
        return await store.list_refunds(conn, booking_id)


async def _ask(deps: Deps, refund: Refund) -> str:
    assert refund.provider_ref is not None, "what was paid at the box office is never pending"
    key = refund_key(refund.id)
    asked: dict[str, Any] = {"amount": refund.amount, "currency": refund.currency, "reference": refund.id}
    if refund.age_seconds < KEY_SECONDS:
        try:
            return await deps.provider.refund(refund.provider_ref, key=key, **asked)
        except ProviderUnreachable as error:
            if not error.is_replayed:
                raise
    # The provider has forgotten this key, or replays its old error: check whether the refund was made, and only if
    # not request it with another key.
    for known in await deps.provider.list_refunds(refund.provider_ref):
        if known.reference == refund.id:
            return known.id
    return await deps.provider.refund(refund.provider_ref, key=another_key(key), **asked)
