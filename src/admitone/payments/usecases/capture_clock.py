"""The clock of captures: until when the oldest authorization must be captured. The worker measures it."""

import time
from datetime import datetime, timedelta

from prometheus_client import Gauge

from admitone.kit.postgres import Pool
from admitone.payments.contracts import CaptureClock
from admitone.payments.domain.capture_delay import CAPTURE_WITHIN, LATE_AFTER
from admitone.payments.store import capture_clock as store
from admitone.payments.usecases.deps import Deps

OLDEST = Gauge(
    "admitone_oldest_uncaptured_seconds", "Age of the oldest authorization that is not captured; 0: there is none"
)
WAITING = Gauge("admitone_uncaptured_payments", "Authorizations that are not captured")

SEEN = timedelta(days=31)
"""Older attempts are not read: no card's authorization lasts longer."""
MEASURED_EVERY = timedelta(minutes=1)
STALE_AFTER = timedelta(minutes=10)
"""How long a measurement may be due: workers start again, and a failover takes its time."""
SHARE_MAX = 0.005
"""A measurement reads every payment of a month: with millions of them it is made less often, so that it never takes
more than this share of a connection."""


async def measure_captures(deps: Deps) -> None:
    """Measure if it is due, and set the gauges to what was measured last, by this worker or another one."""
    async with deps.pool.connection() as conn:
        known = await store.read_capture_clock(conn)
        now = deps.now()
        if known is None or is_due(known, now):
            began = time.perf_counter()
            waiting, oldest_at = await store.measure_captures(conn, created_since=now - SEEN)
            known = store.Measured(now, time.perf_counter() - began, waiting, oldest_at)
            await store.record_capture_clock(conn, known)
    WAITING.set(known.waiting)
    OLDEST.set(0.0 if known.oldest_at is None else max(0.0, (now - known.oldest_at).total_seconds()))


async def read_capture_clock(pool: Pool, *, now: datetime) -> CaptureClock | None:
    """Return what was measured last; None before the first measurement."""
    async with pool.connection() as conn:
        known = await store.read_capture_clock(conn)
    return None if known is None else clock_of(known, now)


def is_due(known: store.Measured, now: datetime) -> bool:
    """A measurement in the future is from a clock that was wrong."""
    return not timedelta(0) <= now - known.measured_at < _pause(known)


def _pause(known: store.Measured) -> timedelta:
    return max(MEASURED_EVERY, timedelta(seconds=known.took_seconds / SHARE_MAX))


def clock_of(known: store.Measured, now: datetime) -> CaptureClock:
    is_stale = now - known.measured_at > _pause(known) + STALE_AFTER
    if known.oldest_at is None:
        return CaptureClock(known.measured_at, known.waiting, is_stale=is_stale)
    return CaptureClock(
        known.measured_at,
        known.waiting,
        known.oldest_at,
        known.oldest_at + CAPTURE_WITHIN,
        is_late=now - known.oldest_at > LATE_AFTER,
        is_stale=is_stale,
    )
