"""How many may enter: never above a limit, never faster than the rate; the switch and the pace."""

import math
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from admitone.waiting_room.domain.admission import (
    ALONE_MS,
    CAPACITY_MIN,
    CAPACITY_STEP,
    DRAINING_FACTOR,
    HEAD_ROOM,
    NEAR_FACTOR,
    PROVEN_FACTOR,
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
from admitone.waiting_room.domain.sharing import parts_of
from admitone.waiting_room.domain.switching import Switch, turn

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
OVER, CALM, QUEUEING = Load(10, 1, 100), Load(10, 0, 20), Load(10, 0, 200)


def limits(
    max_active: int | None = 10,
    rate: int | None = None,
    capacity: float = 6_000,
    payments: float | None = None,
    unsold: int | None = None,
) -> Limits:
    return Limits(max_active, rate, capacity, payments, unsold)


@given(
    max_active=st.integers(0, 50),
    rate=st.integers(1, 100_000),
    unsold=st.none() | st.integers(0, 100),
    steps=st.lists(
        st.tuples(st.floats(0, 5), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40
    ),
)
def test_no_limit_is_ever_exceeded(
    max_active: int, rate: int, unsold: int | None, steps: list[tuple[float, int, int, int]]
) -> None:
    """People arrive, take turns and leave in any order: counts stay within the limits, the pace within the rate."""
    bounds = limits(max_active, rate, 10**9, None, unsold)
    waiting, called, active, admitted, seconds, credit = 0, 0, 0, 0, 0.0, 1.0
    for elapsed, come, take, leave in steps:
        waiting += come
        taken = min(take, called)
        called, active = called - taken, active + taken
        active -= min(leave, active)
        admission = admit(bounds, active=active, called=called, waiting=waiting, credit=credit, elapsed=elapsed)
        credit, seconds = admission.credit, seconds + elapsed
        waiting, called, admitted = waiting - admission.count, called + admission.count, admitted + admission.count

        assert waiting >= 0
        assert admission.count == 0 or active + called <= max_active
        assert unsold is None or admission.count == 0 or active + called <= 2 * unsold
        assert admitted <= rate * seconds / 60 + max(1.0, rate / 30) + 1e-6


def test_the_smallest_limit_counts() -> None:
    assert allowed_rate(limits(rate=100, capacity=6_000, payments=50)) == 50
    assert allowed_rate(limits(rate=100, capacity=60)) == 45
    assert allowed_rate(limits(rate=30, capacity=6_000, payments=50)) == 30
    assert admit(limits(100, unsold=3), active=2, called=1, waiting=50, credit=90, elapsed=1).count == 3
    assert admit(limits(2), active=5, called=0, waiting=50, credit=90, elapsed=1).count == 0


def test_capacity_grows_slowly_while_used_and_falls_fast_under_overload() -> None:
    grown = adapt_capacity(6_000, CALM, checkouts=600, used=1, elapsed=1)
    idle = adapt_capacity(6_000, CALM, checkouts=600, used=0, elapsed=1)
    queueing = adapt_capacity(6_000, QUEUEING, checkouts=600, used=1, elapsed=1)
    cut = adapt_capacity(6_000, OVER, checkouts=600, used=1, elapsed=1)

    assert (grown, idle, queueing, cut) == (6_300, 6_000, 6_000, 4_200)
    assert adapt_capacity(CAPACITY_MIN, OVER, checkouts=0, used=1, elapsed=5) == CAPACITY_MIN


def test_capacity_doubles_up_to_twice_the_checkouts_that_are_made() -> None:
    assert adapt_capacity(2_400, CALM, checkouts=6_000, used=1, elapsed=1) == 4_800
    assert adapt_capacity(2_400, CALM, checkouts=1_200, used=1, elapsed=1) == 3_200
    assert adapt_capacity(2_400, CALM, checkouts=6_000, used=0.4, elapsed=1) == 2_400


def test_capacity_climbs_by_a_fifth_when_checkouts_take_longer_than_alone() -> None:
    near = Load(checkouts=100, shed=0, p95_ms=ALONE_MS + 1)

    assert math.isclose(
        adapt_capacity(6_000, near, checkouts=6_000, used=1, elapsed=1), 6_000 / HEAD_ROOM * NEAR_FACTOR
    )
    assert adapt_capacity(6_000, replace(near, p95_ms=ALONE_MS), checkouts=6_000, used=1, elapsed=1) == 12_000


def test_overload_keeps_most_of_what_checkout_does() -> None:
    capacity = 30_000.0
    for _ in range(4):
        capacity = adapt_capacity(capacity, OVER, checkouts=9_000, used=1, elapsed=1)
    lasting_capacity = capacity
    for _ in range(600):
        lasting_capacity = adapt_capacity(lasting_capacity, OVER, checkouts=9_000, used=1, elapsed=1)

    assert math.isclose(capacity * HEAD_ROOM, 9_000 * DRAINING_FACTOR)
    assert lasting_capacity * HEAD_ROOM < 9_000 * 0.1


def test_a_queue_shows_a_pace_that_lasts() -> None:
    burst = show(3_000, 30_000, CALM, 1)
    lasting_pace = 0.0
    for _ in range(60):
        lasting_pace = show(lasting_pace, 18_000, CALM, 0.5)

    assert burst < 6_000
    assert 17_000 < lasting_pace <= 18_000
    assert show(3_000, 1_000, CALM, 9) == show(3_000, 30_000, OVER, 9) == 3_000


@given(
    checkouts_max=st.integers(50, 2_000),
    seconds_to_choose=st.integers(1, 8),
    rooms=st.integers(1, 4),
    others=st.floats(0, 0.5),
)
def test_admission_finds_what_checkout_can_do(
    checkouts_max: int, seconds_to_choose: int, rooms: int, others: float
) -> None:
    """A model: who is called checks out some seconds later; what checkout cannot do waits, and takes longer. Rooms that
    are open at once find it together, and an overload ends, also beside a sale without a room (`others`)."""
    capacities, counted, waiting = [2_400.0] * rooms, 0.0, 0.0
    called, done = [0.0] * seconds_to_choose, [0.0]
    for _ in range(900):
        called.append(sum(capacity * HEAD_ROOM / 60 for capacity in capacities))
        waiting += called[-seconds_to_choose - 1] + others * checkouts_max
        done.append(min(waiting, checkouts_max))
        waiting -= done[-1]
        load = Load(round(done[-1]), 0, round(20 + 1_000 * waiting / checkouts_max))
        counted = count_checkouts(counted, load, 1)
        wanted = {str(room): capacity * HEAD_ROOM for room, capacity in enumerate(capacities)}
        for room, part in parts_of(load.checkouts * 60, wanted).items():
            before, own = capacities[int(room)], counted * part
            capacities[int(room)] = adapt_capacity(before, load, checkouts=own, used=1, elapsed=1)

            assert capacities[int(room)] <= max(before + CAPACITY_STEP, own / HEAD_ROOM * PROVEN_FACTOR)
    assert sum(done[450:]) / 450 > 0.75 * checkouts_max
    assert waiting < checkouts_max * 60


def test_an_overload_queue_turns_on_at_once_and_off_late() -> None:
    switch = Switch(None, None, None)
    states = []
    for second, is_over, waiting in [
        *((s, True, 0) for s in range(3)),
        *((s, False, 5) for s in range(3, 100)),
        *((s, False, 0) for s in range(100, 162)),
    ]:
        switch = turn(switch, is_over=is_over, waiting=waiting, now=NOON + timedelta(seconds=second))
        states.append(switch.on_since is not None)

    assert states.index(True) == 2
    assert states[2:].index(False) + 2 == 160


def test_a_short_peak_does_not_switch_the_queue_on() -> None:
    switch = Switch(None, None, None)
    for second in range(20):
        switch = turn(switch, is_over=second % 2 == 0, waiting=0, now=NOON + timedelta(seconds=second))

        assert switch.on_since is None


def test_the_pace_follows_the_admissions() -> None:
    told = 0.0
    for _ in range(600):
        told = pace(told, 5, 0.5)

    assert math.isclose(told, 600, rel_tol=0.02)


def test_the_published_rate_excludes_the_initial_rush() -> None:
    bounds = limits(max_active=30, rate=6_000)

    assert expected_pace(bounds) == 10, "thirty places, released every three minutes"
    assert expected_pace(limits(max_active=0)) == 0
    assert lasting(30, bounds, before=0, taken=0) == 0
    assert lasting(4, bounds, before=30, taken=26) == 4
    assert lasting(5, limits(max_active=100), before=10, taken=10) == 5, "below the limit, the rate decides"
