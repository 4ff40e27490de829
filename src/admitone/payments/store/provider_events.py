"""The provider's events: an inbox, each event once."""

from datetime import datetime

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class StoredEvent(Struct, frozen=True):
    """`intent_ref` None: the event is about nothing that we process."""

    id: str
    type: str
    intent_ref: str | None
    age_seconds: float


async def insert_event(conn: Connection, *, event_id: str, event_type: str, intent_ref: str | None) -> bool:
    """Return whether it is new."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_event"), {"id": event_id, "type": event_type, "intent_ref": intent_ref}
    )
    return await cursor.fetchone() is not None


async def read_event(conn: Connection, event_id: str) -> StoredEvent | None:
    """Return an unprocessed event, None if it was processed already."""
    cursor = await conn.execute(load_sql(__package__, "read_event"), {"id": event_id})
    row = await cursor.fetchone()
    return None if row is None else StoredEvent(**row)


async def record_synced(conn: Connection, event_id: str) -> None:
    """Mark the event as processed."""
    await conn.execute(load_sql(__package__, "record_synced"), {"id": event_id})


async def forget_events(conn: Connection, *, received_before: datetime, events_max: int) -> int:
    """Delete processed events; return how many."""
    cursor = await conn.execute(
        load_sql(__package__, "forget_events"), {"received_before": received_before, "events_max": events_max}
    )
    return cursor.rowcount
