"""End the pre-queue when the sale opens, and draw the order of its entrants."""

from datetime import datetime

import structlog

from admitone.kit.postgres import Connection
from admitone.waiting_room.domain.draw import draw_key
from admitone.waiting_room.domain.queue import Queue, is_on_sale
from admitone.waiting_room.store import rounds
from admitone.waiting_room.store.entries import lock_intakes

log = structlog.get_logger(__name__)


async def draw_when_due(conn: Connection, queue: Queue, now: datetime) -> None:
    """In a round's transaction: fix the entrants when the sale opens; draw once the seed, their hash and the beacon's
    value, where a beacon was named, are known."""
    if not is_on_sale(queue, now) or queue.drawn_at is not None:
        return
    entrants_hash = queue.entrants_hash
    if entrants_hash is None:
        intake = (await lock_intakes(conn, [queue.id]))[queue.id]
        await rounds.freeze_queue(conn, queue.id, intake.size, intake.chain)
        entrants_hash = intake.chain
        log.info("pre-queue ended", event_id=queue.event_id, entrants=intake.size, hash=entrants_hash.hex())
    if queue.beacon_name is None or queue.beacon_value is not None:
        key = draw_key(queue.seed, entrants_hash, queue.beacon_value or b"")
        await rounds.record_draw(conn, queue.id, key)
        log.info("drawn", event_id=queue.event_id)
