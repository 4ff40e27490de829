"""How many may enter now: the minimum of the free shopper places, booking's capacity, the payment budget and the unsold
tickets.

Rates are per minute, times in seconds. The functions are pure: all numbers are arguments.
"""

import math

from msgspec import Struct

MAX_ACTIVE_DEFAULT = 2_000
UNSOLD_FACTOR = 2.0
"""People in the sale per unsold place: not everybody buys, and most buyers take more than one."""

HEAD_ROOM = 0.75
"""The share of the measured capacity that is used: the rest absorbs bursts."""
CAPACITY_MIN, CAPACITY_MAX = 60.0, 120_000.0
CAPACITY_STEP = 300.0
CAPACITY_CUT = 0.7
CAPACITY_CLIMB = 2.0
"""The factor a second by which the capacity grows while checkouts wait for nothing, and show what they can do."""
PROVEN_FACTOR = 2.0
"""It climbs up to this multiple of the checkouts that are made: people who were called check out seconds or minutes
later, and only then show what the last step did."""
NEAR_FACTOR = 1.2
"""The same multiple when checkouts take longer than alone: little is left, and the people of the last step are still to
come."""
DRAINING_FACTOR = 0.7
"""After overload, admission goes on with this share of the checkouts that are made, and those who wait come through:
the people who make the overload were called some time ago, and less would leave the servers idle later."""
LASTING_CUT = 0.995
"""The factor a second below that share, as long as the overload lasts: then sales without a room make it, too."""
P95_MS_MAX = 400
"""A 95th percentile of checkout times above this shows that booking is saturated."""
ALONE_MS = 75
"""Up to this, checkouts wait for nothing: alone, one takes 20 to 60 ms."""
QUEUEING_MS = 150
"""Above this, checkouts wait for each other: the capacity grows no further."""
CHECKOUTS_SECONDS = 3.0
"""The averaging time of the checkouts that are made."""
SHOWN_SECONDS = 10.0
"""How long checkouts keep a pace until a queue has shown most of it."""

BURST_SECONDS = 2.0
"""How long unused admissions are kept: no rush follows a pause."""
PACE_SECONDS = 60.0
"""The averaging time of the pace that people see."""
SHOPPING_SECONDS = 180.0
"""The expected time of a person in the sale, until it has been measured."""


class Load(Struct, frozen=True):
    """Checkouts of the last seconds, all processes together; `shed` of them were answered "busy"."""

    checkouts: int = 0
    shed: int = 0
    p95_ms: int = 0

    @property
    def is_over(self) -> bool:
        return self.shed > 0 or self.p95_ms > P95_MS_MAX

    @property
    def is_queueing(self) -> bool:
        return self.is_over or self.p95_ms > QUEUEING_MS


class Limits(Struct, frozen=True):
    """`payments_per_minute`: this room's share of the bookings that the payment processor's write budget allows; None:
    no limit."""

    max_active: int | None
    rate_per_minute: int | None
    capacity_per_minute: float
    payments_per_minute: float | None
    unsold: int | None


class Admission(Struct, frozen=True):
    count: int
    credit: float
    rate: float


def admit(limits: Limits, *, active: int, called: int, waiting: int, credit: float, elapsed: float) -> Admission:
    """Return how many more to call now.

    `active` have a pass, `called` have been called and have not come yet: both keep their place, so
    active + called + count never exceeds the limit of active shoppers.
    """
    rate = allowed_rate(limits)
    credit = min(credit + rate * elapsed / 60, max(1.0, rate * BURST_SECONDS / 60))
    count = max(0, min(waiting, free_places(limits, active + called), math.floor(credit)))
    return Admission(count, credit - count, rate)


def allowed_rate(limits: Limits) -> float:
    rates = [limits.capacity_per_minute * HEAD_ROOM]
    if limits.rate_per_minute is not None:
        rates.append(float(limits.rate_per_minute))
    if limits.payments_per_minute is not None:
        rates.append(limits.payments_per_minute)
    return min(rates)


def free_places(limits: Limits, taken: int) -> int:
    places = limits.max_active if limits.max_active is not None else MAX_ACTIVE_DEFAULT
    if limits.unsold is not None:
        places = min(places, math.ceil(limits.unsold * UNSOLD_FACTOR))
    return places - taken


def expected_pace(limits: Limits) -> float:
    """Return the admissions a minute that the limits allow: people who finish free their places."""
    return min(allowed_rate(limits), max(0, free_places(limits, 0)) * 60 / SHOPPING_SECONDS)


def lasting(count: int, limits: Limits, *, before: int, taken: int) -> int:
    """Return how many of `count` admissions show the lasting pace: filling an empty sale does not last.

    `before`: places taken after the last round; `taken`: before this one. The difference went home.
    """
    is_full = taken + count >= free_places(limits, 0)
    return min(count, max(0, before - taken)) if is_full else count


def adapt_capacity(capacity: float, load: Load, *, checkouts: float, used: float, elapsed: float) -> float:
    """Return booking's estimated capacity: more after it was used well, much less after overload, the same while
    checkouts wait for each other. `checkouts`: a minute, averaged. `used`: the share of the usable capacity that was
    used. Where another limit is lower, little of it is used, and nothing is learned.

    It grows by `CAPACITY_STEP`, or doubles each second up to `PROVEN_FACTOR` times the checkouts that are made, or to
    `NEAR_FACTOR` times them when they take longer than alone.
    """
    if load.is_over:
        draining = min(capacity * math.pow(LASTING_CUT, elapsed), checkouts / HEAD_ROOM * DRAINING_FACTOR)
        return max(CAPACITY_MIN, draining, capacity * math.pow(CAPACITY_CUT, elapsed))
    if used < 0.5 or load.is_queueing:  # an unused capacity proves nothing
        return capacity
    factor = PROVEN_FACTOR if load.p95_ms <= ALONE_MS else NEAR_FACTOR
    climbed = min(capacity * math.pow(CAPACITY_CLIMB, elapsed), checkouts / HEAD_ROOM * factor)
    return min(CAPACITY_MAX, max(capacity + CAPACITY_STEP * elapsed, climbed))


def count_checkouts(previous: float, load: Load, elapsed: float) -> float:
    """Return the checkouts a minute, averaged. `load` counts about a second."""
    return pace(previous, load.checkouts * elapsed, elapsed, fading_seconds=CHECKOUTS_SECONDS)


def show(shown: float, checkouts: float, load: Load, elapsed: float) -> float:
    """Return the checkouts a minute that a queue has shown: it rises to a pace that lasts, and not by overload."""
    if load.is_over or checkouts <= shown:
        return shown
    return shown + (1 - math.exp(-elapsed / SHOWN_SECONDS)) * (checkouts - shown)


def pace(previous: float, count: float, elapsed: float, *, fading_seconds: float = PACE_SECONDS) -> float:
    """Return events a minute, averaged with weights that fade over `fading_seconds`."""
    if elapsed <= 0:
        return previous
    weight = 1 - math.exp(-elapsed / fading_seconds)
    return previous + weight * (count * 60 / elapsed - previous)
