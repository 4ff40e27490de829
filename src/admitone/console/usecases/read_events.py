"""Read the events that a list of the sales screens names."""

import asyncio
from collections.abc import Iterable
from typing import Any

from admitone.console.usecases.api import Api, ApiRefused

_AT_ONCE = 8


async def read_events(api: Api, event_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return event id → event of those that exist: a list shows their names. Raises `ApiRefused`."""
    limit = asyncio.Semaphore(_AT_ONCE)

    async def read(event_id: str) -> tuple[str, dict[str, Any] | None]:
        async with limit:
            try:
                return event_id, await api.get(f"/organizer/events/{event_id}")
            except ApiRefused as refused:
                if refused.problem.status == 404:  # deleted since
                    return event_id, None
                raise

    found = await asyncio.gather(*(read(event_id) for event_id in sorted(set(event_ids))))
    return {event_id: event for event_id, event in found if event is not None}
