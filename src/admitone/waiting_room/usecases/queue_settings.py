"""A queue's settings: the terms that the catalogue announces, and the organizer's changes while people wait."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from msgspec import Struct

from admitone.catalogue.contracts import EventsChanged
from admitone.kit.postgres import Connection
from admitone.waiting_room.contracts import QueueStatus
from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.domain.draw import SEED_BYTES, empty_chain
from admitone.waiting_room.domain.queue import Queue, joins_from
from admitone.waiting_room.domain.refusals import DrawFixed, QueueNotFound
from admitone.waiting_room.domain.status import status_of
from admitone.waiting_room.store import queues as store
from admitone.waiting_room.store.passes import QueueCounts, count_queue
from admitone.waiting_room.store.rounds import LOAD_SECONDS, hold_round, read_load
from admitone.waiting_room.usecases.deps import Deps

OFF = "off"


class QueueView(Struct, frozen=True):
    """A queue in numbers, for its organizer."""

    queue: Queue
    status: QueueStatus
    count: QueueCounts
    load: Load


async def project_events(
    conn: Connection, changed: EventsChanged, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> None:
    """In the catalogue's transaction: store the queues of events that have a waiting room, or once had one.

    A queue exists before its event is visible; a new queue commits to its seed.
    """
    known = await store.known_events(conn, [terms.event_id for terms in changed.terms]) if changed.terms else set()
    concerned = [terms for terms in changed.terms if terms.waiting_room.mode != OFF or terms.event_id in known]
    if not concerned:
        return
    new = await store.project_events(conn, concerned, [random_bytes(SEED_BYTES) for _ in concerned])
    if new:
        await store.open_intakes(conn, {queue_id: empty_chain(event_id) for event_id, queue_id in new.items()})


async def get_queue_view(deps: Deps, *, organization_id: str, event_id: str) -> QueueView:
    """Raises `QueueNotFound`, for another organization's queue too."""
    async with deps.pool.connection() as conn:
        queue = (await store.read_queues(conn, [event_id])).get(event_id)
        if queue is None or queue.organization_id != organization_id:
            raise QueueNotFound
        count = await count_queue(conn, queue.id)
        load = await read_load(conn, LOAD_SECONDS)
    return QueueView(queue, status_of(queue, deps.now()), count, load)


async def change_queue(deps: Deps, *, organization_id: str, event_id: str, changes: dict[str, Any]) -> QueueView:
    """Write the members that are in `changes`: paused, message, shows_prices, rate_per_minute, max_active,
    turn_seconds, pass_seconds, proof_above_per_minute, beacon (name, round), beacon_value (bytes).

    Raises `QueueNotFound`, and `DrawFixed` if a change could steer the draw: name a beacon before anyone joins, enter
    its value once no one can join the draw any more; neither changes afterwards.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        queue = (await store.read_queues(conn, [event_id])).get(event_id)
        if queue is None or queue.organization_id != organization_id:
            raise QueueNotFound
        await hold_round(conn, queue.id)
        queue = (await store.read_queues(conn, [event_id]))[event_id]
        _check_draw(queue, changes, deps.now())
        await store.change_queue(conn, event_id=event_id, organization_id=organization_id, changes=changes)
    deps.queues.forget(event_id)
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
