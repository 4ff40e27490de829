"""Under overload, payments are only authorized; the capture follows when the load is low."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

from procrastinate import App
from procrastinate.testing import InMemoryConnector
from redis.asyncio import Redis

from admitone.payments.usecases.record_sales import CAPTURE_JOB
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import CAPTURE_SECONDS_IN_A_RUSH, Wiring


def a_wiring() -> Wiring:
    """Return the wiring of a process that has served no request yet: it connects to no server."""
    settings = Settings("postgresql://", "redis://", ("k" * 32,), "http://here", Path(), "simulated", testing=True)
    return Wiring(settings, cast("Any", None), Redis(), App(connector=InMemoryConnector()))


async def test_captures_wait_while_requests_queue() -> None:
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


async def test_a_process_without_sales_delays_no_capture() -> None:
    wiring = a_wiring()

    assert wiring.seconds_to_wait(CAPTURE_JOB) == 0
    assert "booking" not in vars(wiring)
