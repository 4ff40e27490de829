"""The organizer and the buyer of the HTTP tests, for every slice behind a running stack."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.running import Stack


@pytest_asyncio.fixture(scope="session")
async def organizer(stack: Stack) -> AsyncIterator[Organizer]:
    async with Organizer.of(stack) as organizer:
        yield organizer


@pytest_asyncio.fixture(scope="session")
async def ada(stack: Stack) -> AsyncIterator[Buyer]:
    async with httpx.AsyncClient(base_url=stack.address, timeout=120) as http:
        yield Buyer(http, "ada")
