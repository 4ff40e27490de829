"""What booking tells of itself: the only thing that admission adapts to."""

from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.store import queues as store
from admitone.waiting_room.usecases.deps import Deps


async def record_load(deps: Deps, *, process: str, load: Load) -> None:
    """Note how checkout fared in `process` since its last note. Nothing is written where nobody checked out."""
    if load.checkouts or load.shed:
        async with deps.pool.connection() as conn:
            await store.record_load(conn, process, load)
