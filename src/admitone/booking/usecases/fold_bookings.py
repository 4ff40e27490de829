"""Fold what an event's bookings are found by, where that was not done or their words changed since."""

from admitone.booking.store import organizer_inventory as store
from admitone.kit.fold import all_spellings
from admitone.kit.postgres import Pool

CHUNK = 1_000
"""Folding a thousand takes some 10 ms of the event loop."""


async def fold_bookings(pool: Pool, *, organization_id: str, event_id: str) -> None:
    """The first search of an event folds all of its bookings, later ones those that came since."""
    while True:
        async with pool.connection() as conn:
            rows = await store.list_unfolded(conn, organization_id, event_id, size=CHUNK)
            folded = ["\n".join(all_spellings(words)) for _, words in rows]
            if rows:
                await store.store_folded(conn, event_id, rows, folded)
        if len(rows) < CHUNK:
            return
