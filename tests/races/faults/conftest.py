"""What these tests break is their own: a whole product on servers that nobody else uses."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from admitone.testing.organizer import Organizer
from tests.races.faults.fragile import Fragile, run_fragile
from tests.running import Stack


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def fragile() -> AsyncIterator[Fragile]:
    async with run_fragile() as fragile:
        yield fragile


@pytest.fixture(scope="package")
def stack(fragile: Fragile) -> Stack:
    """In place of the one that all other races share."""
    return fragile.stack


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def organizer(stack: Stack) -> AsyncIterator[Organizer]:
    async with Organizer.of(stack) as organizer:
        yield organizer
