"""A stored queue, and its public state."""

from datetime import datetime, timedelta

from msgspec import Struct

from admitone.waiting_room.contracts import QueueState

PRE_QUEUE_MINUTES = 30
"""How long before the sale the pre-queue opens, unless the organizer sets it."""


class Queue(Struct, frozen=True, kw_only=True):
    """One row of `waiting_room.queues` with its intake (`size`, `chain`).

    Ranks below `serving` have been called. `frozen_at`: when the pre-queue ended, with `draw_size` entries and
    `entrants_hash`; `drawn_at`: when the seed was revealed, which waits for the beacon's value if the organizer named
    one. `credit`: admissions that the rate allowed and no round used. `places_taken`: people called or in the sale
    after the last round. `capacity_per_minute`: booking's estimated capacity; `checkouts_per_minute`:
    what it does now, `shown_per_minute`: the most that it did without overload. `on_since`: an `auto` queue is
    switched on.
    """

    id: int
    event_id: str
    organization_id: str
    mode: str
    open: bool
    pre_queue_opens_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    max_active: int | None
    rate_per_minute: int | None
    turn_seconds: int
    pass_seconds: int
    proof_above_per_minute: int | None
    paused: bool
    message: str | None
    shows_prices: bool = False
    seed: bytes
    beacon_name: str | None
    beacon_round: int | None
    beacon_value: bytes | None
    frozen_at: datetime | None
    draw_size: int | None
    entrants_hash: bytes | None
    drawn_at: datetime | None
    draw_key: bytes | None
    serving: int
    round_at: datetime | None
    credit: float
    outflow_per_minute: float
    inflow_per_minute: float
    inflow_size: int
    capacity_per_minute: float
    checkouts_per_minute: float = 0.0
    shown_per_minute: float = 0.0
    unsold: int | None
    places_taken: int
    on_since: datetime | None
    overload_since: datetime | None
    calm_since: datetime | None
    size: int
    chain: bytes

    @property
    def waiting(self) -> int:
        return max(0, self.size - self.serving)

    @property
    def required(self) -> bool:
        """Whether checkout asks for a pass."""
        return self.mode == "always" or (self.mode == "auto" and self.on_since is not None)


def joins_from(queue: Queue) -> datetime | None:
    """Return when the first places are given; None: at once. A queue only for overload has no pre-queue."""
    if queue.pre_queue_opens_at is not None:
        return queue.pre_queue_opens_at
    if queue.opens_at is None or queue.mode == "auto":
        return queue.opens_at
    return queue.opens_at - timedelta(minutes=PRE_QUEUE_MINUTES)


def state_of(queue: Queue, now: datetime) -> QueueState:
    """Return the state at `now`. After the pre-queue, `pre_queue` goes on until the draw is made."""
    if not queue.open or queue.mode == "off" or (queue.closes_at is not None and now >= queue.closes_at):
        return QueueState.CLOSED
    if queue.drawn_at is None or not is_on_sale(queue, now):
        begins = joins_from(queue)
        return QueueState.CLOSED if begins is not None and now < begins else QueueState.PRE_QUEUE
    if queue.unsold == 0:
        return QueueState.SOLD_OUT
    return QueueState.DRAINING if queue.waiting else QueueState.OPEN


def is_on_sale(queue: Queue, now: datetime) -> bool:
    return queue.opens_at is None or now >= queue.opens_at


def position_of(queue: Queue, rank: int) -> int:
    """Return how many are called before this rank's turn, itself included: 1 is next."""
    return max(0, rank - queue.serving + 1)


def eta_seconds(queue: Queue, position: int) -> int | None:
    """Return the estimated wait at the current pace, or None while no one is admitted."""
    rate = published_rate(queue)
    return None if rate <= 0 else round(position * 60 / rate)


def published_rate(queue: Queue) -> int:
    """Return admissions a minute: measured if people were admitted lately, else as the limits allow."""
    if queue.paused or queue.unsold == 0:
        return 0
    return max(1, round(queue.outflow_per_minute)) if queue.drawn_at is not None else 0
