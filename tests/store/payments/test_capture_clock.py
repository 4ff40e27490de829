"""The clock of captures: what is authorized and not captured, and until when it must be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from admitone.payments.store.capture_clock import Measured
from admitone.payments.usecases.capture import capture_payments
from admitone.payments.usecases.capture_clock import (
    OLDEST,
    WAITING,
    clock_of,
    is_due,
    measure_captures,
    read_capture_clock,
)
from admitone.payments.usecases.deps import Deps
from tests.store.payments.conftest import MakeOrder, paid


def gauges() -> list[float]:
    return [next(iter(gauge.collect())).samples[0].value for gauge in (WAITING, OLDEST)]


async def test_the_oldest_authorization_that_is_not_captured_is_the_clock(deps: Deps, order: MakeOrder) -> None:
    now = datetime.now(UTC)
    oldest, later, captured = order(), order(), order()
    await paid(deps, captured)
    for asked in (oldest, later):
        await paid(deps, asked, is_captured=False)
    async with deps.pool.connection() as conn:
        for asked, hours in ((captured, 30), (oldest, 13), (later, 2)):
            await conn.execute(
                "update payments.payments set created_at = %s where booking_id = %s",
                [now - timedelta(hours=hours), asked.booking_id],
            )
    at = replace(deps, now=lambda: now)

    before = await read_capture_clock(deps.pool, now=now)
    await measure_captures(at)
    late, shown = await read_capture_clock(deps.pool, now=now), gauges()
    await capture_payments(deps, [oldest.booking_id])
    await measure_captures(at)
    kept = await read_capture_clock(deps.pool, now=now)
    await measure_captures(replace(deps, now=lambda: now + timedelta(minutes=2)))
    good = await read_capture_clock(deps.pool, now=now)

    assert before is None
    assert late is not None
    assert good is not None
    assert (late.waiting, late.is_late, late.oldest_at) == (2, True, now - timedelta(hours=13))
    assert late.capture_before == now - timedelta(hours=13) + timedelta(days=4, hours=18)
    assert shown == [2, pytest.approx(13 * 3_600)]
    assert kept == late  # measured once a minute
    assert (good.waiting, good.is_late) == (1, False)


async def test_without_authorizations_the_clock_says_that_none_is_owed(deps: Deps, order: MakeOrder) -> None:
    await paid(deps, order())

    await measure_captures(deps)
    clock = await read_capture_clock(deps.pool, now=deps.now())

    assert clock is not None
    assert (clock.waiting, clock.oldest_at, clock.capture_before, clock.is_late) == (0, None, None, False)
    assert gauges() == [0, 0]


async def test_a_worker_whose_clock_is_ahead_hides_no_later_measurement(deps: Deps, order: MakeOrder) -> None:
    now = datetime.now(UTC)
    await measure_captures(replace(deps, now=lambda: now + timedelta(days=30)))
    await paid(deps, order(), is_captured=False)

    await measure_captures(replace(deps, now=lambda: now))
    clock = await read_capture_clock(deps.pool, now=now)

    assert clock is not None
    assert (clock.measured_at, clock.waiting) == (now, 1)


@pytest.mark.parametrize(
    ("took_seconds", "ago", "stale"),
    [
        (0.01, timedelta(minutes=10), False),
        (0.01, timedelta(minutes=12), True),
        (10.0, timedelta(minutes=40), False),
        (10.0, timedelta(minutes=45), True),
    ],
)
def test_a_clock_that_no_worker_measures_says_so(took_seconds: float, ago: timedelta, *, stale: bool) -> None:
    """Where no worker runs, "none is owed" would be what was true when the last one died."""
    now = datetime(2026, 12, 1, tzinfo=UTC)

    assert clock_of(Measured(now - ago, took_seconds, 0, None), now).is_stale is stale


@pytest.mark.parametrize(
    ("took_seconds", "ago_seconds", "due"),
    [(0.01, 30, False), (0.01, 61, True), (2.0, 61, False), (2.0, 401, True), (0.01, -5, True)],
)
def test_a_measurement_takes_little_of_the_time(took_seconds: float, ago_seconds: float, *, due: bool) -> None:
    """One that reads millions of payments for two seconds is made every 400 s. One in the future is made again."""
    now = datetime(2026, 12, 1, tzinfo=UTC)

    assert is_due(Measured(now - timedelta(seconds=ago_seconds), took_seconds, 0, None), now) is due
