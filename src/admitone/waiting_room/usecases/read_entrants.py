"""The list that the draw is made of, for whoever verifies it."""

from admitone.waiting_room.domain.refusals import EntrantsNotPublished, EventNotFound
from admitone.waiting_room.store.entries import read_marks
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.read_status import read_queue

PAGE_ENTRIES_MAX = 65_536


async def read_entrants(deps: Deps, *, event_id: str, first: int, count: int) -> bytes:
    """Return the marks (16 bytes each) of pre-queue entries first … first+count−1, fewer at the end.

    Raises `EventNotFound`, `EntrantsNotPublished` while the pre-queue goes on.
    """
    assert count <= PAGE_ENTRIES_MAX, "the caller limits what is asked for"
    queue = await read_queue(deps, event_id=event_id)
    if queue is None:
        raise EventNotFound(event_id)
    if queue.draw_size is None:
        raise EntrantsNotPublished(event_id)
    async with deps.pool.connection() as conn:
        return await read_marks(conn, queue.id, first, min(first + count, queue.draw_size))
