"""The sweeper finds every hold that is due, whatever the clock does and however many are due at once."""

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.booking.store import bookings
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import expire_bookings
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.postgres import Pool
from tests.builders import box_office, put_on_sale, terms_of_a_show

SHOW = "evt_1"


@pytest_asyncio.fixture
async def deps(pool: Pool, redis: Redis) -> Deps:
    deps = box_office(pool, redis)
    await put_on_sale(deps, terms_of_a_show(event_id=SHOW, standing=10))
    return deps


async def hold(deps: Deps) -> str:
    order = CheckoutOrder(SHOW, areas=(("floor", 1),))
    return (await start_checkout(deps, order=order)).id


async def run(deps: Deps, *statements: str) -> None:
    async with deps.pool.connection() as conn:
        for statement in statements:
            await conn.execute(statement.encode())


async def live_bookings(deps: Deps) -> int:
    async with deps.pool.connection() as conn:
        cursor = await conn.execute("select count(*) from booking.bookings where status = 'in_progress'")
        return int((await cursor.fetchall())[0]["count"])


async def test_a_clock_that_jumps_forward_and_back_passes_no_hold_by(deps: Deps) -> None:
    """PostgreSQL's clock cannot be moved, so the rows are: an hour back, and forward again."""
    await hold(deps)
    await run(deps, "update booking.bookings set expires_at = expires_at - interval '1 hour'")
    forward = await expire_bookings(deps)
    await run(
        deps,
        "update booking.bookings set expires_at = expires_at + interval '1 hour'",
        "update booking.sweeps set swept_to = swept_to + interval '1 hour'",
    )
    await hold(deps)
    await run(deps, "update booking.bookings set expires_at = now() where status = 'in_progress'")
    back = await expire_bookings(deps)

    assert (forward, back) == (1, 1)
    assert await live_bookings(deps) == 0


async def test_more_holds_may_be_due_than_one_statement_takes(deps: Deps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookings, "SWEPT_MAX", 2)
    for _ in range(5):
        await hold(deps)
    await run(deps, "update booking.bookings set expires_at = now()")

    assert await expire_bookings(deps) == 5
    assert await live_bookings(deps) == 0
