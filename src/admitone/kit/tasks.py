"""End background tasks reliably: a library may mistake a cancellation for the end of a connection, and swallow it."""

import asyncio
from collections.abc import Iterable
from typing import Any

REPEAT_SECONDS = 0.2


async def cancel_until_done(tasks: Iterable[asyncio.Task[Any]], *, grace_seconds: float = REPEAT_SECONDS) -> None:
    """Cancel `tasks` and wait until all have ended; ignore their errors.

    After the first cancellation a task has `grace_seconds` to finish its work; then the cancellation is repeated.
    """
    pending, seconds = set(tasks), grace_seconds
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=seconds)
        seconds = REPEAT_SECONDS
