"""In a rush the money is reserved, and taken when it is over."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

from procrastinate import App
from procrastinate.testing import InMemoryConnector
from redis.asyncio import Redis

from admitone.payments.usecases.capture import CAPTURE_JOB
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import CAPTURE_SECONDS_IN_A_RUSH, Wiring


def a_wiring() -> Wiring:
    """Of a process that nobody has asked anything yet: neither server is connected to."""
    settings = Settings("postgresql://", "redis://", ("k" * 32,), "http://here", Path(), "simulated", testing=True)
    return Wiring(settings, cast("Any", None), Redis(), App(connector=InMemoryConnector()))


async def test_captures_wait_while_people_queue_at_the_door() -> None:
    wiring = a_wiring()
    limiter = wiring.booking.limiter
    before = wiring.seconds_to_wait(CAPTURE_JOB)
    async with AsyncExitStack() as in_flight:
        for _ in range(limiter.limit):
            await in_flight.enter_async_context(limiter.acquire())
        queueing = asyncio.create_task(in_flight.enter_async_context(limiter.acquire()))
        await asyncio.sleep(0)
        capture, other = wiring.seconds_to_wait(CAPTURE_JOB), wiring.seconds_to_wait("booking.publish_sales")
        queueing.cancel()
        await asyncio.gather(queueing, return_exceptions=True)

    least, most = CAPTURE_SECONDS_IN_A_RUSH
    assert before == other == 0
    assert least <= capture <= most


async def test_a_process_that_sells_nothing_lets_nothing_wait() -> None:
    wiring = a_wiring()

    assert wiring.seconds_to_wait(CAPTURE_JOB) == 0
    assert "booking" not in vars(wiring)
