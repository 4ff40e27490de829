"""Fixtures of the race tests: they run on the stack that all tests of a worker share, each on its own shows."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.testing.history import History, Racer
from admitone.testing.invariants import check_invariants
from admitone.testing.organizer import Organizer, Show
from tests.races.environment import Env, open_env
from tests.running import Stack
from tests.servers import ServerUrls

CONNECTIONS_MAX = 128


@pytest_asyncio.fixture(scope="session")
async def organizer(stack: Stack) -> AsyncIterator[Organizer]:
    async with Organizer.of(stack) as organizer:
        yield organizer


@pytest_asyncio.fixture
async def http(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
    async with httpx.AsyncClient(base_url=stack.address, timeout=120, limits=limits) as http:
        yield http


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
def racer(history: History, http: httpx.AsyncClient) -> Callable[[str], Racer]:
    return lambda name: Racer(history, http, name)


@pytest.fixture
def check(stack: Stack, history: History) -> Callable[..., Awaitable[None]]:
    """`await check(show, …)`: check all invariants over these shows and the recorded history."""

    async def check(*shows: Show) -> None:
        await check_invariants(stack.address, stack.database_url, shows, history)

    return check


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def env(server_urls: ServerUrls, worker_number: int, _open_redis: Redis) -> AsyncIterator[Env]:
    async with open_env(server_urls, worker_number, _open_redis) as env:
        yield env
