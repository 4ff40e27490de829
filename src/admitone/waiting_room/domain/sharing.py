"""Divide among the waiting rooms that are open at once what they share: the payment processor's rate, and checkout."""

from collections.abc import Mapping
from datetime import datetime

from admitone.waiting_room.domain.admission import Limits, expected_pace
from admitone.waiting_room.domain.queue import Queue, is_on_sale


def divide(rate: float, wanted: Mapping[str, float]) -> dict[str, float]:
    """Return each room's share of `rate`. No room gets more than it wants while another one lacks some; rooms that lack
    some get the same share, and what is left over goes to all of them alike: it may be wanted in a moment.

    `wanted`: admissions a minute by room; 0: no place is to be called there now, and its share is what it would get
    otherwise.
    """
    shares: dict[str, float] = {}
    left, open_rooms = rate, sorted((want, room) for room, want in wanted.items() if want > 0)
    for position, (want, room) in enumerate(open_rooms):
        shares[room] = min(want, left / (len(open_rooms) - position))
        left -= shares[room]
    spare = left / len(open_rooms) if open_rooms else 0.0
    newcomer = rate / (len(open_rooms) + 1)
    return {room: shares[room] + spare if room in shares else newcomer for room in wanted}


def parts_of(checkouts: float, wanted: Mapping[str, float]) -> dict[str, float]:
    """Return the part (0 to 1) of the checkouts a minute that each room may take for its own.

    The load is that of all rooms. If each took all of it for what it can call, two rooms would call more than checkout
    does, also while it is overloaded.
    """
    rate = max(checkouts, 1.0)
    return {room: share / rate for room, share in divide(rate, wanted).items()}


def wanted_rate(queue: Queue, *, unsold: int | None, now: datetime) -> float:
    """Return how many a minute the room would call if the processor had no limit; 0 if it calls no place now."""
    if queue.paused or queue.drawn_at is None or not queue.waiting or not is_on_sale(queue, now):
        return 0.0
    limits = Limits(queue.max_active, queue.rate_per_minute, queue.capacity_per_minute, None, unsold)
    return expected_pace(limits)
