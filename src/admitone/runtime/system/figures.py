"""The last minutes of an on-sale, without Prometheus: each process writes what it did in 15 s into Redis.

A process reads its own metrics at the end of each slot of 15 s, and stores the differences in one hash a slot. A
reader adds them up over the processes. Redis forgets a slot after twenty minutes; a lost Redis loses only the plot.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from prometheus_client.core import REGISTRY
from redis.asyncio import Redis

from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.redis import run_pipeline

SLOT_SECONDS = 15
SLOTS = 60
KEPT_SECONDS = 20 * 60
WRITTEN_SECONDS = 2
"""How long after its end a slot is read: then every process has written its figures."""
# The API's routes of a sale, and those of the pages' forms.
SALE_ROUTES = frozenset({"/booking/checkout", "/booking/confirm", "/e/{event_id}/hold", "/checkout/{booking_id}"})
_REQUESTS = "admitone_http_request_seconds"
_COUNTERS = {
    "admitone_holds_total": "holds",
    "admitone_bookings_sold_total": "sales",
    "admitone_queue_called_total": "admissions",
    "admitone_database_wait_seconds_total": "pool_wait_seconds",
    "process_cpu_seconds_total": "cpu_seconds",
}
_SALE_BATCHES = ("claims", "sales")
_READ = (
    *_COUNTERS,
    f"{_REQUESTS}_bucket",
    f"{_REQUESTS}_count",
    "admitone_batch_items_count",
    "admitone_batch_items_sum",
    "admitone_queue_waiting",
)
"""Only these samples are collected."""


class Sample(Struct, frozen=True, omit_defaults=True):
    """What one process did in a slot. `waiting`: people in queues now, where it knows. `latencies`: requests of a sale
    by the upper bound of their seconds, each also counted in the wider ones."""

    sums: dict[str, float] = {}
    latencies: dict[str, float] = {}
    waiting: int | None = None


class Point(Struct, frozen=True):
    """A slot, over all processes. A number without data is None. `busiest_cpu`: the share of a core that the busiest
    process used. `pool_wait`: seconds waited for connections in each second."""

    at: datetime
    waiting: int | None
    admissions: float | None
    holds: float | None
    sales: float | None
    p50_ms: float | None
    p99_ms: float | None
    errors: float | None
    pool_wait: float | None
    batch_items: float | None
    busiest_cpu: float | None


def read_totals() -> Sample:
    """Return the totals of this process since its start, from its metrics."""
    sums = dict.fromkeys((*_COUNTERS.values(), "errors", "batches", "batch_items"), 0.0)
    latencies: dict[str, float] = {}
    waiting: int | None = None
    for family in REGISTRY.restricted_registry(_READ).collect():
        for name, labels, value, *_ in family.samples:
            if (counter := _COUNTERS.get(name)) is not None:
                sums[counter] += value
            elif name == f"{_REQUESTS}_bucket" and labels["method"] == "POST" and labels["route"] in SALE_ROUTES:
                latencies[labels["le"]] = latencies.get(labels["le"], 0.0) + value
            elif name == f"{_REQUESTS}_count" and labels["status"] >= "500":
                sums["errors"] += value
            elif name == "admitone_batch_items_count" and labels["batch"] in _SALE_BATCHES:
                sums["batches"] += value
            elif name == "admitone_batch_items_sum" and labels["batch"] in _SALE_BATCHES:
                sums["batch_items"] += value
            elif name == "admitone_queue_waiting":
                waiting = int(value)
    return Sample(sums, latencies, waiting)


def difference(later: Sample, earlier: Sample, *, knows_queues: bool) -> Sample:
    """Return what happened between two totals, without the zeros."""
    return Sample(
        _grown(later.sums, earlier.sums),
        _grown(later.latencies, earlier.latencies),
        later.waiting if knows_queues else None,
    )


def _grown(later: Mapping[str, float], earlier: Mapping[str, float]) -> dict[str, float]:
    grown = {name: round(value - earlier.get(name, 0.0), 4) for name, value in later.items()}
    return {name: value for name, value in grown.items() if value > 0}


async def record_figures(redis: Redis, *, knows_queues: bool, now: Callable[[], datetime]) -> None:
    """Record this process's figures at the end of each slot, until cancelled. `knows_queues`: a worker does."""
    process = f"{socket.gethostname()}-{os.getpid()}"
    earlier, recorded = read_totals(), None
    while True:
        await asyncio.sleep(SLOT_SECONDS - now().timestamp() % SLOT_SECONDS)
        at = now()
        if _ended_slot(at) == recorded:  # a clock that is corrected: awake before the end of the slot, and at it
            continue
        with PROCESS_OUTAGES.absorbed("record_figures"):
            later = await asyncio.to_thread(read_totals)
            sample, earlier = difference(later, earlier, knows_queues=knows_queues), later
            recorded = _ended_slot(at)
            await store_sample(redis, process, sample, at=at)


async def store_sample(redis: Redis, process: str, sample: Sample, *, at: datetime) -> None:
    """Store what a process did in the slot that has just ended."""
    key = _key(_ended_slot(at))
    commands = [("HSET", key, process, msgspec.json.encode(sample)), ("EXPIRE", key, KEPT_SECONDS)]
    for answer in await run_pipeline(redis, commands, name="figures"):
        if isinstance(answer, Exception):
            raise answer


async def read_points(redis: Redis, *, now: datetime) -> list[Point]:
    """Return the last fifteen minutes, the oldest slot first. Raises what Redis raises."""
    last = int((now.timestamp() - WRITTEN_SECONDS) // SLOT_SECONDS)
    slots = range(last - SLOTS, last)
    answers = await run_pipeline(redis, [("HVALS", _key(slot)) for slot in slots], name="figures")
    points = []
    for slot, answer in zip(slots, answers, strict=True):
        if isinstance(answer, Exception):
            raise answer
        points.append(_point(datetime.fromtimestamp(slot * SLOT_SECONDS, UTC), _decode(answer)))
    return points


def _decode(values: Sequence[Any]) -> list[Sample]:
    """Return the samples that this version can read: others are of processes of another version, during an update."""
    samples = []
    for value in values:
        try:
            samples.append(msgspec.json.decode(value, type=Sample))
        except msgspec.DecodeError:
            continue
    return samples


def _point(at: datetime, samples: Sequence[Sample]) -> Point:
    if not samples:
        return Point(at, *[None] * 10)
    latencies: dict[float, float] = {}
    for sample in samples:
        for bound, count in sample.latencies.items():
            latencies[float(bound)] = latencies.get(float(bound), 0.0) + count

    def total(name: str) -> float:
        return sum(sample.sums.get(name, 0.0) for sample in samples)

    def rate(name: str) -> float:
        return round(total(name) / SLOT_SECONDS, 2)

    waiting = [sample.waiting for sample in samples if sample.waiting is not None]
    cpu = max(sample.sums.get("cpu_seconds", 0.0) for sample in samples) / SLOT_SECONDS
    batches = total("batches")
    return Point(
        at,
        waiting=max(waiting, default=None),
        admissions=rate("admissions"),
        holds=rate("holds"),
        sales=rate("sales"),
        p50_ms=quantile_ms(latencies, 0.5),
        p99_ms=quantile_ms(latencies, 0.99),
        errors=rate("errors"),
        pool_wait=rate("pool_wait_seconds"),
        batch_items=round(total("batch_items") / batches, 1) if batches else None,
        busiest_cpu=round(cpu, 3),
    )


def quantile_ms(latencies: Mapping[float, float], part: float) -> float | None:
    """Return a quantile in milliseconds, linear within its bucket as Prometheus estimates it; None without requests.

    `latencies`: upper bound in seconds → requests up to it. What is above the widest bound is given as that bound.
    """
    bounds = sorted(latencies)
    if not bounds or not latencies[bounds[-1]]:
        return None
    rank = part * latencies[bounds[-1]]
    below, count_below = 0.0, 0.0
    for bound in bounds:
        count = latencies[bound]
        if count >= rank:
            if bound == float("inf"):
                return below * 1000
            share = (rank - count_below) / (count - count_below) if count > count_below else 0.0
            return round((below + (bound - below) * share) * 1000, 1)
        below, count_below = bound, count
    return below * 1000


def _ended_slot(at: datetime) -> int:
    """Return the slot whose end is the nearest."""
    return round(at.timestamp() / SLOT_SECONDS) - 1


def _key(slot: int) -> str:
    return f"figures:{slot}"
