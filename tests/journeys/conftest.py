"""Fixtures of the journeys: a browser, the stack, and published shows."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from admitone.testing.organizer import Organizer
from tests.browser import run_chromium
from tests.journeys.programme import Programme, put_on
from tests.running import Stack


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with run_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session")
async def organizer(stack: Stack) -> AsyncIterator[Organizer]:
    async with Organizer.of(stack) as organizer:
        yield organizer


@pytest_asyncio.fixture(scope="session")
async def programme(organizer: Organizer) -> Programme:
    return await put_on(organizer)
