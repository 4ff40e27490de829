"""Disputes: the buyer's bank took the money back, so the tickets are blocked; a dispute that we win unblocks them."""

import structlog

from admitone.kit.counters import make_counter
from admitone.kit.postgres import Connection
from admitone.payments.domain.intent import DisputeStatus, Intent, ProviderDispute
from admitone.payments.domain.ledger import dispute_lost_transaction, dispute_transaction, dispute_won_reversal
from admitone.payments.domain.payment import Payment
from admitone.payments.store.disputes import has_dispute, record_dispute
from admitone.payments.store.ledger import append_ledger, read_sold, reverse_transactions
from admitone.payments.store.payments import lock_payments
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)
DISPUTES = make_counter(
    "admitone_disputes_total", "Disputes by outcome", "status", [status.value for status in DisputeStatus]
)

PROJECT_DISPUTE_JOB = "booking.project_dispute"


async def sync_disputes(deps: Deps, payment: Payment, intent: Intent) -> None:
    """Record each change once, with its ledger entries, and tell booking whether the money is in dispute."""
    for dispute in await deps.provider.list_disputes(intent.id):
        async with deps.pool.connection() as conn, conn.transaction():
            await lock_payments(conn, [payment.booking_id])
            status = await record_dispute(conn, payment, dispute)
            if status is None:
                continue
            await _enter(conn, payment, dispute, status)
            await deps.defer(
                conn,
                PROJECT_DISPUTE_JOB,
                booking_id=payment.booking_id,
                is_disputed=await has_dispute(conn, payment.booking_id),
            )
        DISPUTES.labels(status.value).inc()
        log.warning("dispute", booking_id=payment.booking_id, dispute=dispute.id, status=status.value)


async def _enter(conn: Connection, payment: Payment, dispute: ProviderDispute, status: DisputeStatus) -> None:
    organization_id = (await read_sold(conn, [payment.booking_id])).get(payment.booking_id)
    about = (dispute.id, payment.booking_id, organization_id)
    # Recorded once by its id: a dispute that we learn of only after its decision has both transactions.
    opened = dispute_transaction(*about, amount=dispute.amount, currency=payment.currency)
    await append_ledger(conn, [opened])
    if status is DisputeStatus.WON:
        await reverse_transactions(conn, [dispute_won_reversal(dispute.id)])
    elif status is DisputeStatus.LOST:
        lost = dispute_lost_transaction(*about, amount=dispute.amount, currency=payment.currency)
        await append_ledger(conn, [lost])
