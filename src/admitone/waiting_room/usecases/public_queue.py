"""The public data of a queue: its status, and the entrants of its draw."""

from admitone.waiting_room.contracts import QueueStatus
from admitone.waiting_room.domain.queue import Queue
from admitone.waiting_room.domain.refusals import EntrantsNotPublished, EventNotFound
from admitone.waiting_room.domain.status import no_queue, status_of
from admitone.waiting_room.store.entries import read_marks
from admitone.waiting_room.usecases.deps import Deps

PAGE_ENTRIES_MAX = 65_536


async def read_status(deps: Deps, *, event_id: str) -> QueueStatus:
    """Return the one document that all clients poll; open to everyone if the event has no waiting room.

    Raises `EventNotFound`.
    """
    queue = await find_queue(deps, event_id=event_id)
    return no_queue(event_id) if queue is None else status_of(queue, deps.now())


async def read_entrants(deps: Deps, *, event_id: str, first: int, count: int) -> bytes:
    """Return the marks (16 bytes each) of pre-queue entries first … first+count−1, fewer at the end: with them anyone
    verifies the draw.

    Raises `EventNotFound`, `EntrantsNotPublished` during the pre-queue.
    """
    assert count <= PAGE_ENTRIES_MAX, "the caller limits the count"
    queue = await deps.queues.read(event_id)
    if queue is None:
        raise EventNotFound(event_id)
    if queue.draw_size is None:
        raise EntrantsNotPublished(event_id)
    async with deps.pool.connection() as conn:
        return await read_marks(conn, queue.id, first, min(first + count, queue.draw_size))


async def find_queue(deps: Deps, *, event_id: str) -> Queue | None:
    """Return the queue of a published event, None if it has no waiting room. Raises `EventNotFound`, for drafts too.

    An open queue is of a published event: no need to read the terms.
    """
    queue = await deps.queues.read(event_id)
    if queue is None or queue.mode == "off" or not queue.open:
        terms = await deps.read_sale_terms(event_id)
        if terms is None or not terms.published:
            raise EventNotFound(event_id)
    return None if queue is None or queue.mode == "off" else queue
