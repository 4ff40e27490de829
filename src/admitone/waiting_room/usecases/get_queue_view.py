"""A queue in numbers, for its organizer."""

from msgspec import Struct

from admitone.waiting_room.contracts import QueueStatus
from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.domain.queue import Queue
from admitone.waiting_room.domain.refusals import QueueNotFound
from admitone.waiting_room.domain.status import status_of
from admitone.waiting_room.store import queues as store
from admitone.waiting_room.store.passes import QueueCounts, count_queue
from admitone.waiting_room.usecases.deps import Deps

LOAD_SECONDS = 3.0


class QueueView(Struct, frozen=True):
    queue: Queue
    status: QueueStatus
    count: QueueCounts
    load: Load


async def get_queue_view(deps: Deps, *, organization_id: str, event_id: str) -> QueueView:
    """Raises `QueueNotFound`, for another organization's too."""
    async with deps.pool.connection() as conn:
        queue = (await store.read_queues(conn, [event_id])).get(event_id)
        if queue is None or queue.organization_id != organization_id:
            raise QueueNotFound
        count = await count_queue(conn, queue.id)
        load = await store.read_load(conn, LOAD_SECONDS)
    return QueueView(queue, status_of(queue, deps.now()), count, load)
