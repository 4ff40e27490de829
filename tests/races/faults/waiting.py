"""Conditions, not pauses."""

import asyncio
import time
from collections.abc import Callable

SECONDS_MAX = 180.0


async def until(is_so: Callable[[], bool]) -> None:
    """Return once it is so. Fails after a minute."""
    deadline = time.monotonic() + SECONDS_MAX
    while not is_so():
        assert time.monotonic() < deadline, "it has not come to pass"
        await asyncio.sleep(0.05)
