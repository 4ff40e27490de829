"""What lists and details say of events: words and counts that are seconds old, read by primary key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from admitone.booking.store import sales as store
from admitone.booking.usecases.deps import Deps
from admitone.catalogue.contracts import Availability

# "Limited" where at most this share is left.
LIMITED_SHARE = 0.1


async def read_availability(deps: Deps, *, event_ids: Sequence[str]) -> dict[str, Availability]:
    """Return what is left by event id; events that were never published are missing."""
    async with deps.pool.connection() as conn:
        rows = await store.read_availability(conn, event_ids)
    now = deps.now()
    return {row["event_id"]: _availability(row, now) for row in rows}


def _availability(row: dict[str, Any], now: datetime) -> Availability:
    return Availability(
        event_id=row["event_id"],
        word=_word(row, now),
        available=row["available"],
        capacity=row["capacity"],
        by_section=row["sections"],
    )


def _word(row: dict[str, Any], now: datetime) -> str:
    if not row["open"] or (row["off_sale_at"] is not None and now >= row["off_sale_at"]):
        return "off_sale"
    if row["on_sale_at"] is not None and now < row["on_sale_at"]:
        return "off_sale"
    if row["available"] == 0:
        return "sold_out"
    return "limited" if row["available"] <= row["capacity"] * LIMITED_SHARE else "available"
