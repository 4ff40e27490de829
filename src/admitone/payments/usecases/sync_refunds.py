"""Refunds as the provider has them: made there by hand, or failed after they had succeeded."""

import structlog

from admitone.payments.domain.intent import Intent, ProviderRefund, RefundStatus
from admitone.payments.domain.payment import Payment
from admitone.payments.store.ledger import reverse_transactions
from admitone.payments.store.refunds import (
    Refund,
    fail_refund,
    find_refund,
    insert_outside_refund,
    read_refund,
)
from admitone.payments.usecases.complete_refund import NOT_REFUNDED, record_refund
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)

PROJECT_REFUNDS_JOB = "booking.project_refunds"


async def sync_refunds(deps: Deps, payment: Payment, intent: Intent) -> None:
    """Bring our refunds of one payment to what the provider says. Booking is told of those made by others."""
    for refund in await deps.provider.list_refunds(intent.id):
        known = await _known(deps, refund)
        if known is None:
            await _record_outside(deps, payment, intent, refund)
        elif refund.status is RefundStatus.FAILED:
            await _record_failure(deps, known)
        elif known.status == "pending":
            await record_refund(deps, known, refund.id)


async def _known(deps: Deps, refund: ProviderRefund) -> Refund | None:
    async with deps.pool.connection() as conn:
        if refund.reference is not None:
            ours = await read_refund(conn, refund.reference)
            if ours is not None:
                return ours
        return await find_refund(conn, refund.id) or await read_refund(conn, refund.id)


async def _record_outside(deps: Deps, payment: Payment, intent: Intent, refund: ProviderRefund) -> None:
    if refund.status is RefundStatus.FAILED:
        return
    async with deps.pool.connection() as conn, conn.transaction():
        noted = await insert_outside_refund(conn, payment, refund)
        if noted is None:
            log.error("a refund made at the provider exceeds the payment", refund=refund.id, intent=intent.id)
            return
        # In this commit: after a crash the job is there, and finds the refund, finished or not.
        is_whole = intent.amount_refunded == intent.amount
        await deps.defer(conn, PROJECT_REFUNDS_JOB, booking_id=payment.booking_id, is_whole=is_whole)
    await record_refund(deps, noted, refund.id)
    log.warning("refunded at the provider", booking_id=payment.booking_id, refund=refund.id, amount=refund.amount)


async def _record_failure(deps: Deps, refund: Refund) -> None:
    """The money came back. The tickets stay dead; the amount can be refunded again, another way."""
    async with deps.pool.connection() as conn, conn.transaction():
        if not await fail_refund(conn, refund):
            return
        await reverse_transactions(conn, [(f"{refund.id}:refund", f"{refund.id}:refund_failed", "refund_failed")])
    NOT_REFUNDED.labels("failed").inc()
    log.error("a refund came back: pay it another way", refund_id=refund.id, booking_id=refund.booking_id)
