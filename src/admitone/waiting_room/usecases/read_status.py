"""The one document that everybody polls."""

import asyncio

from admitone.waiting_room.contracts import QueueStatus
from admitone.waiting_room.domain.queue import Queue
from admitone.waiting_room.domain.refusals import EventNotFound
from admitone.waiting_room.domain.status import no_queue, status_of
from admitone.waiting_room.store.queues import read_queues
from admitone.waiting_room.usecases.deps import Deps

# The edge keeps a status for a second; this process asks the database at most three times in one.
FRESH_SECONDS = 0.3
QUEUES_MAX = 1_024


async def read_status(deps: Deps, *, event_id: str) -> QueueStatus:
    """Return the status. Raises `EventNotFound`; an event without a waiting room is open to everybody."""
    queue = await find_queue(deps, event_id=event_id)
    return no_queue(event_id) if queue is None else status_of(queue, deps.now())


async def find_queue(deps: Deps, *, event_id: str) -> Queue | None:
    """Return the queue of a published event, None where it has no waiting room. Raises `EventNotFound`, for drafts
    too: an announced sale that is open needs no second look."""
    queue = await read_queue(deps, event_id=event_id)
    if queue is None or queue.mode == "off" or not queue.open:
        terms = await deps.read_sale_terms(event_id)
        if terms is None or not terms.published:
            raise EventNotFound(event_id)
    return None if queue is None or queue.mode == "off" else queue


async def read_queue(deps: Deps, *, event_id: str) -> Queue | None:
    """Return the queue as it was at most 0.3 s ago, or None where the event never had one."""
    seconds = asyncio.get_running_loop().time()
    known = deps.statuses.get(event_id)
    if known is not None and seconds - known[0] < FRESH_SECONDS:
        return known[1]
    return await deps.status_reads.run(event_id, lambda: _read(deps, event_id))


async def _read(deps: Deps, event_id: str) -> Queue | None:
    async with deps.pool.connection() as conn:
        queue = (await read_queues(conn, [event_id])).get(event_id)
    if len(deps.statuses) >= QUEUES_MAX:
        deps.statuses.pop(next(iter(deps.statuses)))
    deps.statuses[event_id] = (asyncio.get_running_loop().time(), queue)
    return queue
