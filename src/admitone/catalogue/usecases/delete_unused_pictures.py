"""Delete pictures that nothing shows any more: a round of the worker.

A picture stays `GRACE` after its last use, for forms that are open, and for clients that remember its address.
"""

from datetime import timedelta

import structlog

from admitone.catalogue.store import unused_pictures as store
from admitone.catalogue.usecases.deps import Deps

log = structlog.get_logger(__name__)
GRACE = timedelta(days=30)
DELETED_AT_ONCE = 100
"""About 30 MB; the rows are locked for as long as the deletion takes."""
LOOKED_AT_ONCE = 1_000


async def delete_unused_pictures(deps: Deps) -> None:
    """Delete the pictures that were found unused a grace period ago, then look which are unused now."""
    while deleted := await _delete_some(deps):
        log.info("unused pictures deleted", count=deleted)
    after_id: str | None = ""
    while after_id is not None:
        after_id = await _mark_some(deps, after_id)


async def _delete_some(deps: Deps) -> int:
    """Return how many were deleted. Pictures that are shown again lose their mark."""
    async with deps.pool.connection() as conn, conn.transaction():
        due = await store.lock_due_pictures(conn, unused_before=deps.now() - GRACE, limit=DELETED_AT_ONCE)
        if not due:
            return 0
        # Read after the locks: what shows one of them is committed by now, or waits and then finds no picture.
        elsewhere = await deps.find_used_pictures(conn, due)
        deleted = await store.delete_pictures(conn, [id_ for id_ in due if id_ not in elsewhere])
        await store.mark_pictures(conn, sorted({*due} - {*deleted}), unused_since=None)
        return len(deleted)


async def _mark_some(deps: Deps, after_id: str) -> str | None:
    """Look at one range of pictures; return its last id, or None after the last range."""
    async with deps.pool.connection() as conn, conn.transaction():
        pictures = await store.scan_pictures(conn, after_id=after_id, limit=LOOKED_AT_ONCE)
        elsewhere = await deps.find_used_pictures(conn, [picture.id for picture in pictures])
        used = {picture.id for picture in pictures if picture.is_used or picture.id in elsewhere}
        newly_unused = [picture.id for picture in pictures if picture.id not in used and not picture.is_marked]
        used_again = [picture.id for picture in pictures if picture.id in used and picture.is_marked]
        await store.mark_pictures(conn, newly_unused, unused_since=deps.now())
        await store.mark_pictures(conn, used_again, unused_since=None)
        return pictures[-1].id if pictures else None
