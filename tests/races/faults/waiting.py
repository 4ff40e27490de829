"""Wait for conditions, not for fixed times."""

import asyncio
import time
from collections.abc import Callable

SECONDS_MAX = 180.0


async def until(is_so: Callable[[], bool]) -> None:
    """Return once the condition holds. Fail after a minute."""
    deadline = time.monotonic() + SECONDS_MAX
    while not is_so():
        assert time.monotonic() < deadline, "the condition did not become true in time"
        await asyncio.sleep(0.05)
