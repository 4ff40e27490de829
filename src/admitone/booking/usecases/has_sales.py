"""Whether anybody holds or bought a ticket: what has sales is not deleted."""

from collections.abc import Sequence

from admitone.booking.store import inventory as store
from admitone.booking.usecases.deps import Deps


async def has_sales(deps: Deps, *, event_ids: Sequence[str]) -> bool:
    """Return whether any ticket of these events is claimed or sold."""
    async with deps.pool.connection() as conn:
        return await store.has_sales(conn, event_ids)
