"""The numbers of one round: how many places it calls, and the queue's paces and switch after it."""

from datetime import datetime

import msgspec

from admitone.waiting_room.domain.admission import (
    HEAD_ROOM,
    Admission,
    Limits,
    Load,
    adapt_capacity,
    admit,
    allowed_rate,
    count_checkouts,
    expected_pace,
    lasting,
    pace,
    show,
)
from admitone.waiting_room.domain.queue import Queue, is_on_sale
from admitone.waiting_room.domain.switching import Switch, turn
from admitone.waiting_room.store.passes import QueueCounts

# After an outage the round does not admit for the lost time.
ELAPSED_SECONDS_MAX = 5.0


def elapsed_seconds(queue: Queue, now: datetime) -> float:
    """Return the time since the round before, at most `ELAPSED_SECONDS_MAX`."""
    if queue.round_at is None:
        return 0.0
    return min(ELAPSED_SECONDS_MAX, max(0.0, (now - queue.round_at).total_seconds()))


def admission_of(queue: Queue, count: QueueCounts, limits: Limits, elapsed: float) -> Admission:
    """Return how many places the round calls."""
    if queue.paused or queue.drawn_at is None or not is_on_sale(queue, count.now):
        return Admission(0, 0.0, allowed_rate(limits))  # a pause earns no credit
    return admit(
        limits,
        active=count.active,
        called=count.called,
        waiting=queue.waiting,
        credit=queue.credit,
        elapsed=elapsed,
    )


def queue_after(
    queue: Queue,
    count: QueueCounts,
    limits: Limits,
    admission: Admission,
    load: Load,
    elapsed: float,
    part: float,
) -> Queue:
    """Return the queue as it is after the round. `part`: its part of the checkouts of `load`."""
    usable = queue.capacity_per_minute * HEAD_ROOM
    used = admission.count * 60 / elapsed / usable if elapsed > 0 else 0.0
    switch = Switch(queue.on_since, queue.overload_since, queue.calm_since)
    if queue.mode == "auto":
        switch = turn(switch, is_over=load.is_over, waiting=queue.waiting - admission.count, now=count.now)
    checkouts = count_checkouts(queue.checkouts_per_minute, load, elapsed)
    return msgspec.structs.replace(
        queue,
        serving=queue.serving + admission.count,
        round_at=count.now,
        credit=admission.credit,
        outflow_per_minute=_outflow(queue, count, limits, admission, elapsed),
        inflow_per_minute=pace(queue.inflow_per_minute, queue.size - queue.inflow_size, elapsed),
        inflow_size=queue.size,
        capacity_per_minute=adapt_capacity(
            queue.capacity_per_minute, load, checkouts=checkouts * part, used=used, elapsed=elapsed
        ),
        checkouts_per_minute=checkouts,
        shown_per_minute=show(queue.shown_per_minute, checkouts, load, elapsed),
        unsold=limits.unsold,
        places_taken=count.active + count.called + admission.count,
        on_since=switch.on_since,
        overload_since=switch.overload_since,
        calm_since=switch.calm_since,
    )


def _outflow(queue: Queue, count: QueueCounts, limits: Limits, admission: Admission, elapsed: float) -> float:
    """Return the pace that clients see: from the limits until people have come and gone, then as measured."""
    if queue.serving == 0 or queue.waiting == 0:
        return expected_pace(limits)
    counted = lasting(admission.count, limits, before=queue.places_taken, taken=count.active + count.called)
    return pace(queue.outflow_per_minute, counted, elapsed)
