"""Disputes of payments: the buyer's bank took the money back."""

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.domain.intent import DisputeStatus, ProviderDispute
from admitone.payments.domain.payment import Payment


async def record_dispute(conn: Connection, payment: Payment, dispute: ProviderDispute) -> DisputeStatus | None:
    """Return the status that the dispute moved to; None if it had this status already."""
    cursor = await conn.execute(
        load_sql(__package__, "record_dispute"),
        {
            "id": dispute.id,
            "booking_id": payment.booking_id,
            "attempt": payment.attempt,
            "amount": dispute.amount,
            "currency": payment.currency,
            "status": dispute.status.value,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else DisputeStatus(row["status"])


async def has_dispute(conn: Connection, booking_id: str) -> bool:
    """Return whether the booking has a dispute that is open or lost."""
    cursor = await conn.execute(load_sql(__package__, "read_open_disputes"), {"booking_id": booking_id})
    row = await cursor.fetchone()
    return row is not None and row["count"] > 0
