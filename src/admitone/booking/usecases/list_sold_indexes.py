"""The sold places of an event, for the doors."""

from admitone.booking.store import inventory as store
from admitone.booking.usecases.deps import Deps


async def list_sold_indexes(deps: Deps, *, event_id: str) -> list[int]:
    """Return the indexes of the event's sold places, ascending."""
    async with deps.pool.connection() as conn:
        return await store.list_sold_indexes(conn, event_id)
