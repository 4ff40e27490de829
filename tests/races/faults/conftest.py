"""Fixtures of the fault tests: a whole product on servers of its own, which the tests break."""

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
    """Replace the stack that all other race tests share."""
    return fragile.stack


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def organizer(stack: Stack) -> AsyncIterator[Organizer]:
    async with Organizer.of(stack) as organizer:
        yield organizer
