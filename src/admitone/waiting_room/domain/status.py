"""The status document of a queue, which all clients poll."""

from datetime import datetime

from msgspec import UNSET, UnsetType

from admitone.kit.moments import utc_text
from admitone.waiting_room.contracts import BeaconOut, QueueState, QueueStatus
from admitone.waiting_room.domain.draw import commitment
from admitone.waiting_room.domain.queue import Queue, joins_from, published_rate, state_of

POLL_MS_MIN, POLL_MS_MAX = 2_000, 30_000


def status_of(queue: Queue, now: datetime) -> QueueStatus:
    """Return the public status at `now`: with the seed after the draw, and the beacon's value once it is entered."""
    state = state_of(queue, now)
    is_drawn = queue.drawn_at is not None
    return QueueStatus(
        event_id=queue.event_id,
        state=state.value,
        required=queue.required,
        opens_at=utc_text(queue.opens_at),
        pre_queue_opens_at=utc_text(joins_from(queue)),
        pre_queue_size=queue.size if queue.draw_size is None else queue.draw_size,
        size=queue.size,
        seed_commitment=commitment(queue.seed).hex(),
        seed=queue.seed.hex() if is_drawn else UNSET,
        entrants_hash=(queue.entrants_hash or queue.chain).hex(),
        beacon=_beacon(queue),
        serving=queue.serving,
        rate_per_minute=published_rate(queue),
        turn_seconds=queue.turn_seconds,
        pass_seconds=queue.pass_seconds,
        paused=queue.paused,
        poll_after_ms=poll_after_ms(queue, state, now),
        message=queue.message or UNSET,
        shows_prices=queue.shows_prices or UNSET,
    )


def poll_after_ms(queue: Queue, state: QueueState, now: datetime) -> int:
    """Return the shortest time between two polls of one client; clients far back poll less often."""
    if state in (QueueState.CLOSED, QueueState.SOLD_OUT):
        return POLL_MS_MAX
    if state is QueueState.PRE_QUEUE and queue.opens_at is not None:
        left_ms = (queue.opens_at - now).total_seconds() * 1_000
        return max(POLL_MS_MIN, min(POLL_MS_MAX, int(left_ms / 10)))
    return POLL_MS_MIN


def no_queue(event_id: str) -> QueueStatus:
    """Return the status of an event without a waiting room: everybody may enter."""
    return QueueStatus(
        event_id=event_id,
        state=QueueState.OPEN.value,
        required=False,
        opens_at=None,
        pre_queue_opens_at=None,
        pre_queue_size=0,
        size=0,
        seed_commitment="",
        serving=0,
        rate_per_minute=0,
        turn_seconds=0,
        pass_seconds=0,
        paused=False,
        poll_after_ms=POLL_MS_MAX,
    )


def _beacon(queue: Queue) -> BeaconOut | UnsetType:
    if queue.beacon_name is None or queue.beacon_round is None:
        return UNSET
    return BeaconOut(queue.beacon_name, queue.beacon_round, queue.beacon_value.hex() if queue.beacon_value else None)
