"""Jobs of the catalogue: fetch pictures that are on other hosts."""

import asyncio

from procrastinate import App, RetryStrategy

from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.pictures import FETCH, fetch_picture

# For what the use case does not expect, such as a database that restarts; it counts the tries of a host itself.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)
FETCHES_AT_ONCE = 2
"""Slow hosts leave the other jobs their turn."""


def register(jobs: App, deps: Deps) -> None:
    turn = asyncio.Semaphore(FETCHES_AT_ONCE)

    @jobs.task(name=FETCH, retry=RETRY)
    async def _fetch_picture(organization_id: str, url: str, attempt: int) -> None:
        async with turn:
            await fetch_picture(deps, organization_id=organization_id, url=url, attempt=attempt)
