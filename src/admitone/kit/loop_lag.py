"""How late the event loop runs what is due: everything of a process waits as long as its loop is late."""

import asyncio

from prometheus_client import Histogram

LOOP_LAG = Histogram(
    "admitone_event_loop_lag_seconds",
    "How late the event loop ran a timer that was due",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)
EVERY_SECONDS = 0.5


async def measure_loop_lag() -> None:
    """Measure until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + EVERY_SECONDS
        await asyncio.sleep(EVERY_SECONDS)
        LOOP_LAG.observe(max(0.0, loop.time() - due))
