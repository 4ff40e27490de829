"""Queues as the crowd reads them: at most three reads of PostgreSQL a second for each queue, however many ask."""

import asyncio

from admitone.kit.postgres import Pool
from admitone.kit.single_flight import SingleFlight
from admitone.waiting_room.domain.queue import Queue
from admitone.waiting_room.store.queues import read_queues

# The edge keeps a status for a second.
FRESH_SECONDS = 0.3
QUEUES_MAX = 1_024


class QueueCache:
    """One a process."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: dict[str, tuple[float, Queue | None]] = {}
        self._reads: SingleFlight[str, Queue | None] = SingleFlight()

    async def read(self, event_id: str) -> Queue | None:
        """Return the queue as it was at most 0.3 s ago, or None if the event never had one."""
        seconds = asyncio.get_running_loop().time()
        known = self._known.get(event_id)
        if known is not None and seconds - known[0] < FRESH_SECONDS:
            return known[1]
        return await self._reads.run(event_id, lambda: self._read(event_id))

    def forget(self, event_id: str) -> None:
        """Read this queue again at the next request."""
        self._known.pop(event_id, None)

    def clear(self) -> None:
        """Read every queue again at the next request."""
        self._known.clear()

    async def _read(self, event_id: str) -> Queue | None:
        async with self._pool.connection() as conn:
            queue = (await read_queues(conn, [event_id])).get(event_id)
        if len(self._known) >= QUEUES_MAX:
            self._known.pop(next(iter(self._known)))
        self._known[event_id] = (asyncio.get_running_loop().time(), queue)
        return queue
