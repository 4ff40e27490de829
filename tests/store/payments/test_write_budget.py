"""The write budget on a real Redis: by account and endpoint, buyers first, and what is learned from rejections."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from admitone.kit.ids import new_id
from admitone.kit.redis import open_redis
from admitone.payments.adapters.redis_budget import ACCOUNT, Granted, RedisBudget
from admitone.payments.adapters.stripe_limits import bookings_per_minute
from admitone.payments.contracts import RefundOrder
from admitone.payments.domain.capture_delay import OVERDUE_SECONDS
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import Status
from admitone.payments.ports import Endpoint, Limit, ProviderUnreachable, WriteRates
from admitone.payments.usecases.capture import CAPTURE_JOB, capture_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.refunds import RefundOutstanding, complete_refund, order_refund
from admitone.testing.processor.processor import SimulatedProcessor
from tests.store.payments.conftest import Deferred, MakeOrder, no_sleep, paid, served_by, status

CEILING = 100.0
CAPTURE = Endpoint.CAPTURE


async def test_buyers_take_everything_and_captures_leave_half_of_the_bucket(redis: Redis) -> None:
    budget = RedisBudget(redis, CEILING, CEILING)

    async def take(urgent: int, others: int, now: float) -> Granted:
        granted, _ = await budget.take({CAPTURE: (urgent, others)}, now=now)
        return granted[CAPTURE]

    assert await take(0, 80, 1.0) == Granted(0, 50)
    assert await take(50, 80, 1.0) == Granted(50, 0)
    assert await take(10, 10, 1.05) == Granted(5, 0)
    assert await take(10, 99, 3.0) == Granted(10, 40)


async def test_a_write_takes_from_its_endpoint_and_from_the_account(redis: Redis) -> None:
    """Create, confirm and capture have 25 writes a second each. Together they may exceed the account's 60."""
    budget = RedisBudget(redis, 60.0, 25.0)
    buyers = {Endpoint.CREATE: (40, 0), Endpoint.CONFIRM: (20, 0)}

    first, _ = await budget.take(buyers | {CAPTURE: (0, 40)}, now=1.0)
    later, _ = await budget.take({Endpoint.CREATE: (40, 0), CAPTURE: (0, 40)}, now=1.0)
    quiet, _ = await budget.take({CAPTURE: (0, 40)}, now=5.0)

    assert first == {Endpoint.CREATE: Granted(25, 0), Endpoint.CONFIRM: Granted(20, 0), CAPTURE: Granted(0, 0)}
    assert later == {Endpoint.CREATE: Granted(0, 0), CAPTURE: Granted(0, 0)}
    assert quiet == {CAPTURE: Granted(0, 25)}


async def test_a_rejection_cuts_the_rate_once_a_second_and_it_grows_again(redis: Redis) -> None:
    budget = RedisBudget(redis, CEILING, CEILING)

    cut = [(await budget.take({CAPTURE: (0, 0)}, rejected=ACCOUNT, now=now))[1].account for now in (10.0, 10.1, 10.2)]
    assert cut == pytest.approx([70.0, 70.2, 70.3], abs=0.1)
    assert (await budget.take({CAPTURE: (5, 0)}, now=10.2))[0] == {CAPTURE: Granted(0, 0)}
    assert (await budget.take({}, now=100.0))[1].account == CEILING


async def test_the_limit_that_rejected_a_call_is_the_one_that_is_cut(redis: Redis) -> None:
    """A limit of one object, an intent that is changed a thousand times an hour, says nothing of the rate."""
    budget = RedisBudget(redis, CEILING, 25.0)

    await budget.record_rejection(Endpoint.CREATE, Limit.ENDPOINT)
    await budget.record_rejection(Endpoint.CONFIRM, Limit.OBJECT)
    cut = await budget.rates()

    assert cut.account == CEILING
    assert cut.endpoints[Endpoint.CREATE] == pytest.approx(17.5, abs=1.0)
    assert cut.endpoints[Endpoint.CONFIRM] == cut.endpoints[CAPTURE] == 25.0
    assert bookings_per_minute(cut) == pytest.approx(17.5 * 0.75 * 60, abs=45)


async def test_a_clock_that_is_set_back_keeps_nothing_from_being_learned(redis: Redis) -> None:
    budget = RedisBudget(redis, CEILING, CEILING)

    await budget.take({}, rejected=ACCOUNT, now=100_000.0)

    assert (await budget.take({}, rejected=ACCOUNT, now=10.0))[1].account == pytest.approx(49.0, abs=0.1)


async def test_captures_get_a_write_of_the_smallest_budget(redis: Redis) -> None:
    budget = RedisBudget(redis, 1.0, 1.0)

    granted = [(await budget.take({CAPTURE: (urgent, 9)}, now=now))[0][CAPTURE] for urgent, now in ((0, 1.0), (1, 2.0))]

    assert granted == [Granted(0, 1), Granted(1, 0)]


async def test_processes_share_one_budget(redis: Redis) -> None:
    one, other = RedisBudget(redis, CEILING, CEILING), RedisBudget(redis, CEILING, CEILING)

    await one.take({CAPTURE: (100, 0)}, now=1.0)

    assert (await other.take({Endpoint.CREATE: (1, 1)}, now=1.0))[0] == {Endpoint.CREATE: Granted(0, 0)}


async def test_without_redis_every_write_is_granted(tmp_path: Path) -> None:
    async with open_redis(f"unix://{tmp_path}/missing.sock") as unreachable:
        budget = RedisBudget(unreachable, CEILING, 25.0)

        await budget.spend(Endpoint.CREATE)
        rates = await budget.rates()
        assert (await budget.spare(CAPTURE, 7), rates.account, rates.endpoints[CAPTURE]) == (7, CEILING, 25.0)


class _Budget:
    """Grants `left` writes that can wait, and all of buyers."""

    def __init__(self, left: int) -> None:
        self.left, self.spent = left, 0

    async def spend(self, _endpoint: Endpoint) -> None:
        self.spent += 1

    async def spare(self, _endpoint: Endpoint, count: int) -> int:
        granted = min(count, self.left)
        self.left -= granted
        return granted

    async def record_rejection(self, _endpoint: Endpoint, _limit: Limit) -> None: ...

    async def rates(self) -> WriteRates:
        return WriteRates(CEILING, {})


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
