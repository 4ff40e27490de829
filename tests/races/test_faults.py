"""Parts die in the middle of a sale: what was acknowledged stays, nothing is sold twice, and the sale goes on."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.organizer import Organizer, Show
from tests.races.crowd import buy_out
from tests.races.history import History, Outcome, Racer
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("races")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
BUYERS, PLACES = 24, 120
# What a killed process had locked and not yet claimed stays locked for this long.
SHORT: dict[str, Any] = {"allow_orphans": True, "hold_seconds": 6}


async def sell_during(
    fault: Callable[[], Awaitable[None]], organizer: Organizer, racer: NewRacer, history: History
) -> Show:
    """A sale in which `fault` happens three times; returns the show when it is sold out."""
    show = await organizer.show(hall=await organizer.plain_hall(12, 10), ticket_limit=20, **SHORT)

    async def strike() -> None:
        for _ in range(3):
            await asyncio.sleep(1)  # a killed role is back before it is killed again
            await fault()

    crowd = [racer(f"buyer{number}") for number in range(BUYERS)]
    await asyncio.gather(strike(), buy_out(crowd, show, how="seats", seed=7))
    # Holds whose answer was lost stay until their time is over; all else must be sold.
    sold = {one["ticket_id"] for call in history.of("confirm", Outcome.OK) for one in call.answer["tickets"]}
    assert len(sold) > PLACES / 2
    return show


async def test_redis_is_emptied(
    stack: Stack, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    async with Redis.from_url(stack.redis_url) as redis:

        async def empty() -> None:
            await redis.flushdb()  # the key space of this stack: other tests share the server

        show = await sell_during(empty, organizer, racer, history)

    await check(show)


@pytest.mark.parametrize("role", ["booking", "worker"])
async def test_a_role_is_killed(
    stack: Stack, organizer: Organizer, racer: NewRacer, history: History, check: Check, role: str
) -> None:
    async def kill() -> None:
        os.kill(stack.find(role), signal.SIGKILL)

    show = await sell_during(kill, organizer, racer, history)

    await check(show)
