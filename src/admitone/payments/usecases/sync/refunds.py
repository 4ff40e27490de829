"""Refunds as the provider has them: ours, those made there by hand, those that failed afterwards."""

import structlog

from admitone.kit.counters import make_counter
from admitone.kit.postgres import Connection
from admitone.payments.contracts import RefundChanged
from admitone.payments.domain.intent import Intent, ProviderRefund, RefundStatus
from admitone.payments.domain.ledger import CLEARING, refund_failed_reversal, refund_transaction
from admitone.payments.domain.payment import Payment
from admitone.payments.store import refunds as store
from admitone.payments.store.ledger import append_ledger, reverse_transactions
from admitone.payments.store.refunds import Refund, read_refund
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)
NOT_REFUNDED = make_counter(
    "admitone_refunds_not_paid_total", "Refunds that did not reach the buyer", "reason", ("refused", "failed")
)

PROJECT_REFUNDS_JOB = "booking.project_refunds"


async def sync_refunds(deps: Deps, payment: Payment, intent: Intent) -> None:
    """Bring our refunds of one payment to what the provider says. Tell booking of those made by others."""
    for refund in await deps.provider.list_refunds(intent.id):
        known = await _known(deps, refund)
        if known is None:
            await _record_outside(deps, payment, intent, refund)
        elif refund.status is RefundStatus.FAILED:
            await _record_failure(deps, known)
        elif known.status == "pending":
            await record_refund(deps, known, refund.id)


async def record_refund(deps: Deps, refund: Refund, provider_ref: str) -> None:
    """Finish a pending refund that the provider made. `provider_ref`: its id there."""
    async with deps.pool.connection() as conn, conn.transaction():
        if await finish_refund(conn, refund, provider_ref):
            await deps.announce_refund(conn, RefundChanged(refund.id, refund.booking_id, "succeeded"))


async def finish_refund(
    conn: Connection, refund: Refund, provider_ref: str | None, *, paid_from: str = CLEARING
) -> bool:
    """Finish a pending refund and enter it into the ledger, once. Return whether this call did. Needs a transaction.

    `provider_ref` None: the box office paid it out, from the account `paid_from`.
    """
    if not await store.finish_refund(conn, refund, provider_ref=provider_ref):
        return False
    entries = refund_transaction(
        refund.id,
        refund.booking_id,
        refund.organization_id,
        amount=refund.amount,
        fees=refund.fees,
        currency=refund.currency,
        paid_from=paid_from,
    )
    await append_ledger(conn, [entries])
    return True


async def _known(deps: Deps, refund: ProviderRefund) -> Refund | None:
    async with deps.pool.connection() as conn:
        if refund.reference is not None:
            ours = await read_refund(conn, refund.reference)
            if ours is not None:
                return ours
        return await store.find_refund(conn, refund.id) or await read_refund(conn, refund.id)


async def _record_outside(deps: Deps, payment: Payment, intent: Intent, refund: ProviderRefund) -> None:
    if refund.status is RefundStatus.FAILED:
        return
    async with deps.pool.connection() as conn, conn.transaction():
        recorded = await store.insert_outside_refund(conn, payment, refund)
        if recorded is None:
            log.error("a refund made at the provider exceeds the payment", refund=refund.id, intent=intent.id)
            return
        # In this commit: after a crash the job exists, and finds the refund, finished or not.
        is_whole = intent.amount_refunded == intent.amount
        await deps.defer(conn, PROJECT_REFUNDS_JOB, booking_id=payment.booking_id, is_whole=is_whole)
    await record_refund(deps, recorded, refund.id)
    log.warning("refunded at the provider", booking_id=payment.booking_id, refund=refund.id, amount=refund.amount)


async def _record_failure(deps: Deps, refund: Refund) -> None:
    """The money came back. The tickets stay void; the amount can be refunded in another way."""
    async with deps.pool.connection() as conn, conn.transaction():
        if not await store.fail_refund(conn, refund):
            return
        await reverse_transactions(conn, [refund_failed_reversal(refund.id)])
        await deps.announce_refund(conn, RefundChanged(refund.id, refund.booking_id, "failed"))
    NOT_REFUNDED.labels("failed").inc()
    log.error("a refund was returned: pay it another way", refund_id=refund.id, booking_id=refund.booking_id)
