"""While the processor or Redis is asked, no pooled connection is kept and no transaction is open."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.booking.contracts import Booking
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool, open_pool
from admitone.payments.contracts import PaymentOrder, PaymentOutcome
from tests.builders import TOKEN_KEYS, a_hall, a_wish, box_office, put_on_sale, terms_of_a_show

Work = Callable[[Deps, Booking], Awaitable[Any]]


class Pause:
    """Somebody far away who is asked, and answers when the test says so."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def wait(self) -> None:
        self.asked.set()
        await self.may_answer.wait()


class SlowLocks(RedisLocks):
    def __init__(self, redis: Redis, pause: Pause) -> None:
        super().__init__(redis)
        self._pause = pause

    async def _call(self, script: str, event_id: str, *arguments: str | int | bytes) -> object:
        await self._pause.wait()
        return await super()._call(script, event_id, *arguments)


@pytest_asyncio.fixture
async def one_connection(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url, size_max=1) as pool:
        yield pool


async def checkout(deps: Deps, booking: Booking) -> None:
    await start_checkout(deps, order=a_wish(booking.event_id, seats=("A-5",)))


async def pay(deps: Deps, booking: Booking) -> None:
    token = booking_token(TOKEN_KEYS, booking.id)
    await confirm_booking(deps, booking_id=booking.id, booking_token=token, payment_method="pm_card_visa")


async def release(deps: Deps, booking: Booking) -> None:
    await release_booking(deps, booking_id=booking.id, booking_token=booking_token(TOKEN_KEYS, booking.id))


@pytest.mark.parametrize(
    ("whom", "work"), [("processor", pay), ("Redis", checkout), ("Redis", pay), ("Redis", release)]
)
async def test_nothing_is_kept_while_somebody_far_is_asked(
    one_connection: Pool, redis: Redis, whom: str, work: Work
) -> None:
    hall = a_hall(rows=1, seats=6)
    deps = box_office(one_connection, redis, seat_map=hall)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=hall))
    booking = await start_checkout(deps, order=a_wish(show.event_id, seats=("A-1", "A-2")))
    pause = Pause()

    async def authorize(order: PaymentOrder) -> PaymentOutcome:
        await pause.wait()
        return await deps.authorize(order)

    slow = replace(deps, authorize=authorize) if whom == "processor" else replace(deps, locks=SlowLocks(redis, pause))
    working = asyncio.ensure_future(work(slow, booking))
    await pause.asked.wait()

    # It would wait for five seconds and be refused, were the only connection not free.
    async with one_connection.connection() as conn:
        cursor = await conn.execute(
            """
            select count(*) as open from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'
            """
        )
        left_open = await cursor.fetchall()
    pause.may_answer.set()
    await working

    assert left_open == [{"open": 0}]
