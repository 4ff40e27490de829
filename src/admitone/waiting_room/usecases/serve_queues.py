"""A round: end the pre-queue, draw, end passes that are over, and call as many as may enter now."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import structlog

from admitone.kit.postgres import Connection
from admitone.waiting_room.domain.admission import (
    Admission,
    Limits,
    Load,
    adapt_capacity,
    admit,
    allowed_rate,
    expected_pace,
    lasting,
    pace,
)
from admitone.waiting_room.domain.draw import draw_key
from admitone.waiting_room.domain.queue import Queue, is_on_sale
from admitone.waiting_room.domain.switching import Switch, turn
from admitone.waiting_room.store import entries, passes
from admitone.waiting_room.store import queues as store
from admitone.waiting_room.store.passes import LivePass, QueueCounts
from admitone.waiting_room.usecases.deps import Deps

log = structlog.get_logger(__name__)

# A checkout that was let in has made its booking after so long, or never will (statements end after 15 s).
ENTERING_SECONDS = 30
LOAD_SECONDS = 3.0
# After an outage nobody is let in for the time that was lost.
ELAPSED_SECONDS_MAX = 5.0


async def serve_queues(deps: Deps) -> None:
    """Make one round of every queue. Several workers may: each queue has one leader at a time."""
    async with deps.pool.connection() as conn:
        event_ids = await store.list_active(conn)
        load = await store.read_load(conn, LOAD_SECONDS)
    if not event_ids:
        return
    left = await deps.read_availability(tuple(event_ids))
    for event_id in event_ids:
        available = left[event_id].available if event_id in left else None
        await serve_queue(deps, event_id=event_id, unsold=available, load=load)


async def serve_queue(deps: Deps, *, event_id: str, unsold: int | None, load: Load) -> None:
    """Make one round of one queue: whatever crashes, a round is done or not done."""
    async with deps.pool.connection() as conn:
        queue = (await store.read_queues(conn, [event_id])).get(event_id)
        if queue is None:
            return
        shopping = await passes.list_live_passes(conn, queue.id, entering_seconds=ENTERING_SECONDS)
    # Asked before the queue is locked: no lock is kept while another slice answers.
    ended = await _ended(deps, shopping)
    async with deps.pool.connection() as conn, conn.transaction():
        if not await store.lead_round(conn, queue.id):
            return
        queue = (await store.read_queues(conn, [event_id]))[event_id]
        now = (await passes.count_queue(conn, queue.id)).now
        await _draw_when_due(conn, queue, now)
        await store.lock_queue(conn, queue.id)
        if ended:
            await passes.end_passes(conn, queue.id, ended)
        queue = (await store.read_queues(conn, [event_id]))[event_id]
        count = await passes.count_queue(conn, queue.id)
        limits = _limits(deps, queue, unsold)
        elapsed = _elapsed(queue, count.now)
        admission = _admission(queue, count, limits, elapsed)
        if admission.count:
            await store.call_ranks(conn, queue, admission.count)
        await store.record_round(conn, _after(queue, count, limits, admission, load, elapsed))


async def _ended(deps: Deps, shopping: Sequence[LivePass]) -> list[LivePass]:
    """Return the passes that have bought, or whose time is over, and that no checkout of theirs keeps alive."""
    booking_ids = [booking_id for live_pass in shopping for booking_id in live_pass.booking_ids]
    known = await deps.get_booking_states(booking_ids) if booking_ids else {}
    return [live_pass for live_pass in shopping if _is_ended(live_pass, known)]


def _is_ended(live_pass: LivePass, known: dict[str, str]) -> bool:
    states = [known.get(booking_id) for booking_id in live_pass.booking_ids]
    if "live" in states or (live_pass.is_entering and None in states):
        return False
    return "sold" in states or live_pass.is_over


async def _draw_when_due(conn: Connection, queue: Queue, now: datetime) -> None:
    """End the pre-queue when the sale opens; draw as soon as all that the draw is made of is there."""
    if not is_on_sale(queue, now) or queue.drawn_at is not None:
        return
    entrants_hash = queue.entrants_hash
    if entrants_hash is None:
        intake = (await entries.lock_intakes(conn, [queue.id]))[queue.id]
        await store.freeze_queue(conn, queue.id, intake.size, intake.chain)
        entrants_hash = intake.chain
        log.info("pre-queue ended", event_id=queue.event_id, entrants=intake.size, hash=entrants_hash.hex())
    if queue.beacon_name is None or queue.beacon_value is not None:
        key = draw_key(queue.seed, entrants_hash, queue.beacon_value or b"")
        await store.record_draw(conn, queue.id, key)
        log.info("drawn", event_id=queue.event_id)


def _limits(deps: Deps, queue: Queue, unsold: int | None) -> Limits:
    return Limits(
        max_active=queue.max_active,
        rate_per_minute=queue.rate_per_minute,
        capacity_per_minute=queue.capacity_per_minute,
        payments_per_minute=deps.payments_per_minute,
        unsold=unsold,
    )


def _elapsed(queue: Queue, now: datetime) -> float:
    if queue.round_at is None:
        return 0.0
    return min(ELAPSED_SECONDS_MAX, max(0.0, (now - queue.round_at).total_seconds()))


def _admission(queue: Queue, count: QueueCounts, limits: Limits, elapsed: float) -> Admission:
    if queue.paused or queue.drawn_at is None or not is_on_sale(queue, count.now):
        return Admission(0, 0.0, allowed_rate(limits))  # what was not used in a pause is not made up for
    return admit(
        limits,
        active=count.active,
        called=count.called,
        waiting=queue.waiting,
        credit=queue.credit,
        elapsed=elapsed,
    )


def _after(queue: Queue, count: QueueCounts, limits: Limits, admission: Admission, load: Load, elapsed: float) -> Queue:
    used = admission.count * 60 / elapsed / admission.rate if elapsed > 0 and admission.rate > 0 else 0.0
    switch = Switch(queue.on_since, queue.overload_since, queue.calm_since)
    if queue.mode == "auto":
        switch = turn(switch, is_over=load.is_over, waiting=queue.waiting - admission.count, now=count.now)
    return msgspec.structs.replace(
        queue,
        serving=queue.serving + admission.count,
        round_at=count.now,
        credit=admission.credit,
        outflow_per_minute=_outflow(queue, count, limits, admission, elapsed),
        inflow_per_minute=pace(queue.inflow_per_minute, queue.size - queue.inflow_size, elapsed),
        inflow_size=queue.size,
        capacity_per_minute=adapt_capacity(queue.capacity_per_minute, load, used=used, elapsed=elapsed),
        unsold=limits.unsold,
        places_taken=count.active + count.called + admission.count,
        on_since=switch.on_since,
        overload_since=switch.overload_since,
        calm_since=switch.calm_since,
    )


def _outflow(queue: Queue, count: QueueCounts, limits: Limits, admission: Admission, elapsed: float) -> float:
    """The pace that people are told: from the limits until people have come and gone, then as it is measured."""
    if queue.serving == 0 or queue.waiting == 0:
        return expected_pace(limits)
    counted = lasting(admission.count, limits, before=queue.places_taken, taken=count.active + count.called)
    return pace(queue.outflow_per_minute, counted, elapsed)
