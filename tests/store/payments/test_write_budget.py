"""The write budget on a real Redis: buyers first, what is learned from rejections, and an hour at its limit."""

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from admitone.kit.ids import new_id
from admitone.kit.redis import open_redis
from admitone.kit.rush_delay import RUSH_SECONDS
from admitone.payments.adapters.redis_budget import RedisBudget
from admitone.payments.adapters.stripe_limits import WRITES_A_BOOKING, bookings_per_minute
from admitone.payments.contracts import RefundOrder
from admitone.payments.domain.capture_delay import OVERDUE_SECONDS
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import Status
from admitone.payments.ports import ProviderUnreachable
from admitone.payments.usecases.capture import CAPTURE_JOB, capture_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.refunds import RefundOutstanding, complete_refund, order_refund
from admitone.testing.processor.processor import SimulatedProcessor
from tests.store.payments.conftest import Deferred, MakeOrder, no_sleep, paid, served_by, status

CEILING = 100.0


async def test_buyers_take_everything_and_captures_leave_half_of_the_bucket(redis: Redis) -> None:
    budget = RedisBudget(redis, CEILING)

    assert (await budget.take(others=80, now=1.0))[:2] == (0, 50)
    assert (await budget.take(urgent=80, others=80, now=1.0))[:2] == (50, 0)
    assert (await budget.take(urgent=10, others=10, now=1.05))[:2] == (5, 0)
    assert (await budget.take(urgent=10, others=99, now=3.0))[:2] == (10, 40)


async def test_a_rejection_cuts_the_rate_once_a_second_and_it_grows_again(redis: Redis) -> None:
    budget = RedisBudget(redis, CEILING)

    cut = [(await budget.take(is_rejected=True, now=now))[2] for now in (10.0, 10.1, 10.2)]
    assert cut == pytest.approx([70.0, 70.2, 70.3], abs=0.1)
    assert (await budget.take(urgent=5, now=10.2))[0] == 0
    assert (await budget.take(now=100.0))[2] == CEILING


async def test_a_clock_that_is_set_back_keeps_nothing_from_being_learned(redis: Redis) -> None:
    budget = RedisBudget(redis, CEILING)

    await budget.take(is_rejected=True, now=100_000.0)

    assert (await budget.take(is_rejected=True, now=10.0))[2] == pytest.approx(49.0, abs=0.1)


async def test_captures_get_a_write_of_the_smallest_budget(redis: Redis) -> None:
    budget = RedisBudget(redis, 1.0)

    granted = [(await budget.take(urgent=urgent, others=9, now=now))[:2] for urgent, now in ((0, 1.0), (1, 2.0))]

    assert granted == [(0, 1), (1, 0)]


async def test_processes_share_one_budget(redis: Redis) -> None:
    one, other = RedisBudget(redis, CEILING), RedisBudget(redis, CEILING)

    await one.take(urgent=100, now=1.0)

    assert (await other.take(urgent=1, others=1, now=1.0))[:2] == (0, 0)


async def test_without_redis_every_write_is_granted(tmp_path: Path) -> None:
    async with open_redis(f"unix://{tmp_path}/missing.sock") as unreachable:
        budget = RedisBudget(unreachable, CEILING)

        await budget.spend()
        assert (await budget.spare(7), await budget.writes_per_second()) == (7, CEILING)


async def test_an_hour_at_the_limit(redis: Redis) -> None:
    """The account allows 60 writes a second, and is said to allow 100. Buyers come as the waiting room admits them,
    each with two writes; their captures are due four minutes later. Time is virtual, second by second."""
    budget, allowed = RedisBudget(redis, CEILING), 60
    rate, admitted, second = CEILING, 0.0, 0
    buyers, done, rejected, sold = 0, 0, 0, 0
    waiting_max, late_max = 0, 0
    due: deque[int] = deque()
    while second < 3_600 or due:
        if second < 3_600:
            admitted += bookings_per_minute(rate) / 60
            buyers += int(admitted) * WRITES_A_BOOKING
            admitted -= int(admitted)
        captures = sum(1 for at in due if at <= second) if len(due) < 64 or due[63] > second else 64
        for_buyers, for_captures, rate = await budget.take(urgent=buyers, others=captures, now=1_000.0 + second)
        accepted = min(allowed, for_buyers + for_captures)
        over = for_buyers + for_captures - accepted
        if over:
            rejected += over
            await budget.take(is_rejected=True, now=1_000.0 + second)
        paid = min(for_buyers, accepted)
        buyers -= paid
        done += paid
        for _ in range(min(for_captures, accepted - paid)):
            late_max = max(late_max, second - due.popleft())
        due.extend([second + int(sum(RUSH_SECONDS) / 2)] * (done // WRITES_A_BOOKING - sold))
        sold = done // WRITES_A_BOOKING
        waiting_max = max(waiting_max, buyers if second > 60 else 0)
        second += 1
        assert second < 3 * 3_600, f"{len(due)} captures are left"

    assert sold > 3_600 * allowed / 3 * 0.6  # three writes a booking at most, all of them in the hour
    assert rejected < (sold * 3 + rejected) * 0.05
    assert waiting_max < 2 * allowed  # buyers wait for two seconds of writes at most
    assert late_max < OVERDUE_SECONDS / 2


class _Budget:
    """Grants `left` writes that can wait, and all of buyers."""

    def __init__(self, left: int) -> None:
        self.left, self.spent = left, 0

    async def spend(self) -> None:
        self.spent += 1

    async def spare(self, count: int) -> int:
        granted = min(count, self.left)
        self.left -= granted
        return granted

    async def record_rejection(self) -> None: ...

    async def writes_per_second(self) -> float:
        return CEILING


async def test_captures_beyond_the_budget_are_put_off_and_made_later(
    deps: Deps, deferred: Deferred, order: MakeOrder
) -> None:
    orders = [order() for _ in range(3)]
    for asked in orders:
        await paid(deps, asked, is_captured=False)
    deferred.clear()

    await capture_payments(replace(deps, budget=_Budget(1)), [asked.booking_id for asked in orders])

    (name, arguments), *more = deferred
    assert (name, more, len(arguments["booking_ids"])) == (CAPTURE_JOB, [], 2)
    assert arguments["put_off_since"] == pytest.approx(datetime.now(UTC).timestamp(), abs=3_600)
    await capture_payments(replace(deps, budget=_Budget(2)), **arguments)
    assert [await status(deps, asked) for asked in orders] == [Status.CAPTURED] * 3


class _Silent(SimulatedProcessor):
    async def capture(self, intent_id: str, *, key: str) -> Intent:
        raise ProviderUnreachable("Gone.")


async def test_captures_that_are_put_off_are_in_one_job(deps: Deps, deferred: Deferred, order: MakeOrder) -> None:
    """A retry of a job whose processor did not answer would put off the rest once more, and so would each of these."""
    orders = [order() for _ in range(3)]
    for asked in orders:
        await paid(deps, asked, is_captured=False)
    deferred.clear()
    booking_ids = [asked.booking_id for asked in orders]
    silent = served_by(_Silent(deps.pool, sleep=no_sleep), deps)

    await capture_payments(replace(silent, budget=_Budget(1)), booking_ids)

    assert [arguments["booking_ids"] for _, arguments in deferred] == [sorted(booking_ids)]


@pytest.mark.parametrize("waited", [OVERDUE_SECONDS + 60, -OVERDUE_SECONDS - 60])
async def test_an_overdue_capture_gives_way_no_longer(deps: Deps, order: MakeOrder, waited: float) -> None:
    """Nor does one that a wrong clock put off in the future. It takes its turn among the buyers: thousands at once
    would make the processor reject calls of buyers, too."""
    asked, budget = order(), _Budget(0)
    await paid(deps, asked, is_captured=False)
    since = datetime.now(UTC).timestamp() - waited

    await capture_payments(replace(deps, budget=budget), [asked.booking_id], put_off_since=since)

    assert (await status(deps, asked), budget.spent) == (Status.CAPTURED, 1)


@pytest.mark.parametrize("is_old", [False, True])
async def test_a_refund_gives_way_for_an_hour(deps: Deps, order: MakeOrder, *, is_old: bool) -> None:
    """Then it takes its turn among the buyers."""
    asked, budget = order(), _Budget(0)
    await paid(deps, asked)
    refund = RefundOrder(new_id("ref"), asked.booking_id, 12_500, 500)
    async with deps.pool.connection() as conn, conn.transaction():
        await order_refund(deps, conn, refund)

    with pytest.raises(RefundOutstanding):
        await complete_refund(replace(deps, budget=budget), refund.id)
    if is_old:
        async with deps.pool.connection() as conn:
            await conn.execute("update payments.refunds set created_at = created_at - interval '61 minutes'")
    else:
        budget.left = 1
    await complete_refund(replace(deps, budget=budget), refund.id)

    assert (await status(deps, asked), budget.spent) == (Status.REFUNDED, int(is_old))
