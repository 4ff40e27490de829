"""What lists and details say of events: words and counts that are seconds old, read by primary key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from admitone.booking.domain.availability_word import availability_word
from admitone.booking.store import inventory as store
from admitone.booking.usecases.deps import Deps
from admitone.catalogue.contracts import Availability


async def read_availability(deps: Deps, *, event_ids: Sequence[str]) -> dict[str, Availability]:
    """Return what is left by event id; events that were never published are missing."""
    async with deps.pool.connection() as conn:
        rows = await store.read_availability(conn, event_ids)
    now = deps.now()
    return {row["event_id"]: _availability(row, now) for row in rows}


def _availability(row: dict[str, Any], now: datetime) -> Availability:
    return Availability(
        event_id=row["event_id"],
        word=availability_word(
            is_open=row["open"],
            on_sale_at=row["on_sale_at"],
            off_sale_at=row["off_sale_at"],
            available=row["available"],
            capacity=row["capacity"],
            now=now,
        ),
        available=row["available"],
        capacity=row["capacity"],
        by_section=row["sections"],
    )
