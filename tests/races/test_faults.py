"""Servers and roles fail in the middle of a sale: acknowledged results stay, no seat is sold twice, sales continue."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from admitone.testing.history import History, Racer
from admitone.testing.organizer import Organizer, Show
from tests.races.crowd import sell_during
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("races")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
TIMES = 3


def times(strike: Callable[[], Awaitable[None]]) -> Callable[[Show], Awaitable[None]]:
    async def again_and_again(_show: Show) -> None:
        for _ in range(TIMES):
            await asyncio.sleep(1)  # a killed role runs again before the next kill
            await strike()

    return again_and_again


async def test_redis_is_emptied(
    stack: Stack, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    async with Redis.from_url(stack.redis_url) as redis:

        async def empty() -> None:
            await redis.flushdb()  # the key space of this stack: other tests share the server

        show = await sell_during(times(empty), organizer, racer, history)

    await check(show)


@pytest.mark.parametrize("role", ["booking", "worker"])
async def test_a_role_is_killed(
    stack: Stack, organizer: Organizer, racer: NewRacer, history: History, check: Check, role: str
) -> None:
    async def kill() -> None:
        os.kill(stack.find(role), signal.SIGKILL)

    show = await sell_during(times(kill), organizer, racer, history)

    await check(show)
