"""End background tasks for certain: a library may take a cancellation for the end of a connection, and lose it."""

import asyncio
from collections.abc import Iterable
from typing import Any

REPEAT_SECONDS = 0.2


async def cancel_until_done(tasks: Iterable[asyncio.Task[Any]], *, grace_seconds: float = REPEAT_SECONDS) -> None:
    """Cancel `tasks` and wait until all have ended; what they raise is not raised here.

    The first cancellation has `grace_seconds`, in which a task may finish what it is at; then it is repeated.
    """
    pending, seconds = set(tasks), grace_seconds
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=seconds)
        seconds = REPEAT_SECONDS
