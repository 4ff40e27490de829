"""Find contradictory times of an event, such as doors after its start or a sale that ends before it begins."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from admitone.catalogue.domain.drafts import EventDraft
from admitone.catalogue.domain.event import Event
from admitone.kit.local_time import is_sane
from admitone.kit.refusal import Fault

PRE_QUEUE = "waiting_room/pre_queue_opens_at"
STARTS = ("starts_at", "local_start", "local_date")
# Half of the longest day, which has 25 hours when clocks go back.
_HALF_A_DAY = timedelta(hours=12, minutes=30)


class Start(NamedTuple):
    """When an event may start: one moment, or a whole day while the time is to be announced. `name`: the member that
    says so."""

    name: str
    earliest: datetime
    latest: datetime


class Pair(NamedTuple):
    """Two members whose moments exclude each other."""

    first: str
    second: str
    detail: str


def start_of(name: str, starts_at: datetime | None, noon: datetime) -> Start:
    """`noon`: of the day, while the time is to be announced."""
    if starts_at is not None:
        return Start(name, starts_at, starts_at)
    return Start(name, noon - _HALF_A_DAY, noon + _HALF_A_DAY)


def check_times(draft: EventDraft, start: Start | None, previous: Event | None) -> list[Fault]:
    """Return a fault for both members of every contradictory pair, and for implausible years.

    Stored times may stay: old doors do not block a change of price.
    """
    moments = moments_of(draft)
    given = {name: moment for name, moment in moments.items() if moment is not None}
    faults: list[Fault] = [
        (f"/{name}", "The year must be between 1900 and 2200.") for name, moment in given.items() if not is_sane(moment)
    ]
    if faults:
        return faults
    before = moments_of(previous) if previous is not None else None
    is_start_kept = (
        before is not None
        and previous is not None
        and start is not None
        and start.earliest == start_of(start.name, previous.starts_at, previous.sort_at).earliest
    )
    for pair in broken_pairs(moments, start):
        kept = before is not None and all(
            is_start_kept if name in STARTS else moments[name] == before[name] for name in (pair.first, pair.second)
        )
        if not kept:
            faults += [(f"/{pair.first}", pair.detail), (f"/{pair.second}", pair.detail)]
    return faults


def moments_of(event: EventDraft | Event) -> dict[str, datetime | None]:
    """Return the moments beside the start, by their members."""
    return {
        "doors_at": event.doors_at,
        "ends_at": event.ends_at,
        "on_sale_at": event.on_sale_at,
        "off_sale_at": event.off_sale_at,
        PRE_QUEUE: event.waiting_room.pre_queue_opens_at,
    }


def broken_pairs(moments: Mapping[str, datetime | None], start: Start | None) -> Iterator[Pair]:
    """Yield the pairs of members that exclude each other; without a start, those that do not need one."""
    doors_at, ends_at = moments["doors_at"], moments["ends_at"]
    on_sale_at, off_sale_at, pre_queue = moments["on_sale_at"], moments["off_sale_at"], moments[PRE_QUEUE]
    if start is not None and doors_at and doors_at > start.latest:
        yield Pair("doors_at", start.name, f"The doors open (doors_at) after the event starts ({start.name}).")
    if start is not None and ends_at and ends_at <= start.earliest:
        yield Pair("ends_at", start.name, f"The event ends (ends_at) before it starts ({start.name}).")
    if start is not None and on_sale_at and on_sale_at > start.latest:
        yield Pair("on_sale_at", start.name, f"The sale opens (on_sale_at) after the event starts ({start.name}).")
    if on_sale_at and off_sale_at and off_sale_at <= on_sale_at:
        yield Pair("off_sale_at", "on_sale_at", "The sale ends (off_sale_at) before it opens (on_sale_at).")
    if on_sale_at and pre_queue and pre_queue >= on_sale_at:
        detail = "The pre-queue opens (waiting_room.pre_queue_opens_at) only after the sale does (on_sale_at)."
        yield Pair(PRE_QUEUE, "on_sale_at", detail)
    if doors_at and ends_at and ends_at <= doors_at:
        yield Pair("ends_at", "doors_at", "The event ends (ends_at) before the doors open (doors_at).")
