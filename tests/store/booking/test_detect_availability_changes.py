"""Lists are told when an event says another word: few left, sold out, on sale."""

from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from admitone.booking.usecases.availability import WordsSeen, detect_availability_changes
from admitone.kit.postgres import Pool
from tests.builders import box_office, put_on_sale, terms_of_a_show


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.mark.parametrize("left", [0, 5])
async def test_a_count_that_changes_the_word_is_noticed_once(pool: Pool, redis: Redis, left: int) -> None:
    deps = box_office(pool, redis)
    show = await put_on_sale(deps, terms_of_a_show(standing=100))
    seen = WordsSeen(deps.now())
    await count(pool, show.event_id, 90)
    await detect_availability_changes(deps, seen=seen)
    await count(pool, show.event_id, 89)
    assert not await detect_availability_changes(deps, seen=seen)

    await count(pool, show.event_id, left)

    assert [await detect_availability_changes(deps, seen=seen) for _ in range(2)] == [True, False]


async def test_a_sale_that_opens_is_noticed(pool: Pool, redis: Redis) -> None:
    clock = Clock()
    deps = box_office(pool, redis, now=clock)
    opens_at = clock.now + timedelta(minutes=5)
    await put_on_sale(deps, terms_of_a_show(standing=100, on_sale_at=opens_at))
    seen = WordsSeen(clock.now)
    await detect_availability_changes(deps, seen=seen)
    clock.now = opens_at - timedelta(seconds=1)
    assert not await detect_availability_changes(deps, seen=seen)

    clock.now = opens_at + timedelta(seconds=1)

    assert [await detect_availability_changes(deps, seen=seen) for _ in range(2)] == [True, False]


async def test_a_clock_that_jumps_forward_and_back_hides_no_opening(pool: Pool, redis: Redis) -> None:
    clock = Clock()
    deps = box_office(pool, redis, now=clock)
    start, opens_at = clock.now, clock.now + timedelta(minutes=5)
    await put_on_sale(deps, terms_of_a_show(standing=100, on_sale_at=opens_at))
    seen = WordsSeen(clock.now)
    await detect_availability_changes(deps, seen=seen)

    changed = []
    for now in (start + timedelta(hours=1), start, opens_at + timedelta(seconds=1)):
        clock.now = now
        changed.append(await detect_availability_changes(deps, seen=seen))

    assert changed == [True, True, True]


async def test_a_worker_whose_clock_is_ahead_notices_counts(pool: Pool, redis: Redis) -> None:
    clock = Clock()
    deps = box_office(pool, redis, now=clock)
    show = await put_on_sale(deps, terms_of_a_show(standing=100))
    clock.now += timedelta(hours=1)
    seen = WordsSeen(clock.now)
    await count(pool, show.event_id, 90)
    await detect_availability_changes(deps, seen=seen)

    await count(pool, show.event_id, 0)

    assert await detect_availability_changes(deps, seen=seen)


async def count(pool: Pool, event_id: str, available: int) -> None:
    async with pool.connection() as conn:
        await conn.execute(
            "update booking.sales set available = %s, counted_at = clock_timestamp() where event_id = %s",
            (available, event_id),
        )
