"""Sold places that somebody else had bought before, for the doors: older codes are not theirs who have them now."""

from admitone.booking.contracts import ResoldPlace
from admitone.booking.store import inventory as store
from admitone.booking.usecases.deps import Deps


async def list_resold(deps: Deps, *, event_id: str) -> list[ResoldPlace]:
    """Return them by index, ascending."""
    async with deps.pool.connection() as conn:
        rows = await store.list_resold(conn, event_id)
    return [ResoldPlace(row["index"], row["booking_id"], row["sold_at"]) for row in rows]
