"""Pause, tell, speed up or slow down, while people wait; name the beacon before, enter its value after."""

from datetime import datetime
from typing import Any

from admitone.waiting_room.domain.queue import Queue, joins_from
from admitone.waiting_room.domain.refusals import DrawFixed, QueueNotFound
from admitone.waiting_room.store import queues as store
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.get_queue_view import QueueView, get_queue_view


async def change_queue(deps: Deps, *, organization_id: str, event_id: str, changes: dict[str, Any]) -> QueueView:
    """Write the members that are in `changes`: paused, message, rate_per_minute, max_active, turn_seconds,
    pass_seconds, proof_above_per_minute, beacon (name, round), beacon_value (bytes).

    Raises `QueueNotFound`, and `DrawFixed` where the draw could be steered: a beacon is named before anybody
    joins, its value is entered when nobody can join the draw any more, and neither changes after.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        queue = (await store.read_queues(conn, [event_id])).get(event_id)
        if queue is None or queue.organization_id != organization_id:
            raise QueueNotFound
        await store.hold_round(conn, queue.id)
        queue = (await store.read_queues(conn, [event_id]))[event_id]
        _check_draw(queue, changes, deps.now())
        await store.change_queue(conn, event_id=event_id, organization_id=organization_id, changes=changes)
    deps.statuses.pop(event_id, None)
    return await get_queue_view(deps, organization_id=organization_id, event_id=event_id)


def _check_draw(queue: Queue, changes: dict[str, Any], now: datetime) -> None:
    if "beacon" in changes:
        begins = joins_from(queue)
        if queue.size > 0 or queue.frozen_at is not None or begins is None or now >= begins:
            raise DrawFixed("A beacon is named before the pre-queue opens.")
    if "beacon_value" in changes:
        if queue.beacon_name is None:
            raise DrawFixed("No beacon was named before the pre-queue opened.")
        if queue.frozen_at is None:
            raise DrawFixed("The beacon's value is entered when the pre-queue has ended.")
        if queue.beacon_value is not None:
            raise DrawFixed("The beacon's value was entered already.")
