"""The provider's events (an inbox), its disputes, and how far the books were compared."""

from datetime import datetime

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.domain.intent import DisputeStatus, ProviderDispute
from admitone.payments.domain.payment import Payment


class StoredEvent(Struct, frozen=True):
    """`intent_ref` None: it is about nothing that we follow."""

    id: str
    type: str
    intent_ref: str | None
    age_seconds: float


async def insert_event(conn: Connection, *, event_id: str, event_type: str, intent_ref: str | None) -> bool:
    """Whether it is new."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_event"), {"id": event_id, "type": event_type, "intent_ref": intent_ref}
    )
    return await cursor.fetchone() is not None


async def read_event(conn: Connection, event_id: str) -> StoredEvent | None:
    """None where it was synced already."""
    cursor = await conn.execute(load_sql(__package__, "read_event"), {"id": event_id})
    row = await cursor.fetchone()
    return None if row is None else StoredEvent(**row)


async def record_synced(conn: Connection, event_id: str) -> None:
    await conn.execute(load_sql(__package__, "record_synced"), {"id": event_id})


async def forget_events(conn: Connection, *, received_before: datetime, events_max: int) -> int:
    """How many were forgotten."""
    cursor = await conn.execute(
        load_sql(__package__, "forget_events"), {"received_before": received_before, "events_max": events_max}
    )
    return cursor.rowcount


async def record_dispute(conn: Connection, payment: Payment, dispute: ProviderDispute) -> DisputeStatus | None:
    """The status that it moved to now; None where that was known."""
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
    """Open or lost."""
    cursor = await conn.execute(load_sql(__package__, "read_open_disputes"), {"booking_id": booking_id})
    row = await cursor.fetchone()
    return row is not None and row["count"] > 0


async def read_compared(conn: Connection) -> datetime | None:
    cursor = await conn.execute(load_sql(__package__, "read_compared"))
    row = await cursor.fetchone()
    return None if row is None else row["compared_to"]


async def record_compared(conn: Connection, compared_to: datetime) -> None:
    await conn.execute(load_sql(__package__, "record_compared"), {"compared_to": compared_to})
