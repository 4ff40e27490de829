"""Fixtures of the failover tests: a whole product on servers of which a replica can take over."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from admitone.testing.organizer import Organizer
from tests.races.failover.replicated import Replicated, run_replicated
from tests.running import Stack, run_stack


@pytest.fixture(scope="package")
def replicated() -> Iterator[Replicated]:
    with run_replicated() as replicated:
        yield replicated


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stack(replicated: Replicated) -> AsyncIterator[Stack]:
    """Replace the stack that all other race tests share."""
    async with run_stack(replicated.urls, 0) as stack:
        yield stack


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def organizer(stack: Stack) -> AsyncIterator[Organizer]:
    async with Organizer.of(stack) as organizer:
        yield organizer
