"""Admission rounds: the worker ends and draws the pre-queue, ends passes, and calls as many places as may enter now."""

from collections.abc import Mapping, Sequence

import msgspec
from prometheus_client import Counter, Gauge

from admitone.kit.rush_delay import RUSH_CHECKOUTS
from admitone.waiting_room.domain.admission import Limits, Load
from admitone.waiting_room.domain.sharing import divide, parts_of, wanted_rate
from admitone.waiting_room.store import passes, rounds
from admitone.waiting_room.store.passes import LivePass
from admitone.waiting_room.store.queues import list_active, read_queues
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.round.draw import draw_when_due
from admitone.waiting_room.usecases.round.numbers import admission_of, elapsed_seconds, queue_after

# A checkout that entered has made its booking after this time, or never will (statements end after 15 s).
ENTERING_SECONDS = 30

WAITING = Gauge("admitone_queue_waiting", "People who wait in queues now; every worker reports the same number")
CALLED = Counter("admitone_queue_called_total", "People whose turn came: they may enter a sale")


async def serve_queues(deps: Deps) -> None:
    """Make one round of every queue. Several workers may run this: each queue has one leader at a time."""
    async with deps.pool.connection() as conn:
        event_ids = await list_active(conn)
        load = await rounds.read_load(conn, rounds.LOAD_SECONDS)
        queues = await read_queues(conn, event_ids) if event_ids else {}
    WAITING.set(sum(queue.waiting for queue in queues.values()))
    if not event_ids:
        return
    left = await deps.read_availability(tuple(event_ids))
    unsold = {event_id: left[event_id].available if event_id in left else None for event_id in event_ids}
    now = deps.now()
    wanted = {event_id: wanted_rate(queue, unsold=unsold[event_id], now=now) for event_id, queue in queues.items()}
    payments = await _divide_payments(deps, wanted)
    parts = parts_of(load.checkouts * 60, wanted)
    for event_id in event_ids:
        await serve_queue(
            deps,
            event_id=event_id,
            unsold=unsold[event_id],
            load=load,
            part=parts.get(event_id, 1.0),
            payments_per_minute=payments.get(event_id),
        )


async def _divide_payments(deps: Deps, wanted: Mapping[str, float]) -> dict[str, float]:
    """Return each queue's share of the processor's rate; none if the processor has no limit."""
    if deps.read_payments_per_minute is None:
        return {}
    return divide(await deps.read_payments_per_minute(), wanted)


async def serve_queue(
    deps: Deps,
    *,
    event_id: str,
    unsold: int | None,
    load: Load,
    part: float = 1.0,
    payments_per_minute: float | None = None,
) -> None:
    """Make one round of one queue, in one transaction: a crash leaves it done or not done.

    `part`: the queue's part of the checkouts of `load`. `payments_per_minute`: its share of the processor's rate; None:
    no limit.
    """
    async with deps.pool.connection() as conn:
        queue = (await read_queues(conn, [event_id])).get(event_id)
        if queue is None:
            return
        shopping = await passes.list_live_passes(conn, queue.id, entering_seconds=ENTERING_SECONDS)
    # Before we lock the queue: hold no lock while another slice answers.
    ended = await _ended(deps, shopping)
    async with deps.pool.connection() as conn, conn.transaction():
        if not await rounds.lead_round(conn, queue.id):
            return
        queue = (await read_queues(conn, [event_id]))[event_id]
        now = (await passes.count_queue(conn, queue.id)).now
        await draw_when_due(conn, queue, now)
        await rounds.lock_queue(conn, queue.id)
        if ended:
            await passes.end_passes(conn, queue.id, ended)
        queue = (await read_queues(conn, [event_id]))[event_id]
        if queue.round_at is None:
            shown = await rounds.read_shown_capacity(conn)
            queue = msgspec.structs.replace(queue, capacity_per_minute=max(queue.capacity_per_minute, shown))
        count = await passes.count_queue(conn, queue.id)
        limits = Limits(
            max_active=queue.max_active,
            rate_per_minute=queue.rate_per_minute,
            capacity_per_minute=queue.capacity_per_minute,
            payments_per_minute=payments_per_minute,
            unsold=unsold,
        )
        elapsed = elapsed_seconds(queue, count.now)
        admission = admission_of(queue, count, limits, elapsed)
        if admission.count:
            await rounds.call_ranks(conn, queue, admission.count)
        await rounds.record_round(conn, queue_after(queue, count, limits, admission, load, elapsed, part))
    CALLED.inc(admission.count)


async def is_rush(deps: Deps) -> bool:
    """Return whether checkouts come as in a rush: in all processes together, with a waiting room or without."""
    async with deps.pool.connection() as conn:
        load = await rounds.read_load(conn, rounds.LOAD_SECONDS)
    return load.checkouts >= RUSH_CHECKOUTS


async def record_load(deps: Deps, *, process: str, load: Load) -> None:
    """Record how checkout did in `process` since its last record: rounds adapt to it. No row without a checkout."""
    if load.checkouts or load.shed:
        async with deps.pool.connection() as conn:
            await rounds.record_load(conn, process, load)


async def _ended(deps: Deps, shopping: Sequence[LivePass]) -> list[LivePass]:
    """Return the passes that have bought, or whose time is over, and that no running checkout keeps live."""
    booking_ids = [booking_id for live in shopping for booking_id in live.booking_ids]
    known = await deps.get_booking_states(booking_ids) if booking_ids else {}
    return [live for live in shopping if _is_ended(live, known)]


def _is_ended(live: LivePass, known: dict[str, str]) -> bool:
    states = [known.get(booking_id) for booking_id in live.booking_ids]
    if "live" in states or (live.is_entering and None in states):
        return False
    return "sold" in states or live.is_over
