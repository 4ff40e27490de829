"""Fixtures that every test may use: `database_url`, `pool`, `redis_url`, `redis`, each empty when a test starts;
`stack`, the product as real processes, shared by all tests of a worker that use it."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from admitone.kit.postgres import Pool, open_pool
from admitone.kit.redis import open_redis
from tests.running import Stack, run_stack
from tests.servers import ServerUrls, create_database, empty_database, run_servers

# The tests in these folders are pure: a run of these alone starts no servers.
_PURE = ("tests/unit", "tests/tidy")

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

_urls = pytest.StashKey[ServerUrls]()
_stack = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers before any worker and any thread: they must be children of the main thread."""
    worker_input: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        if "postgres_url" in worker_input:
            config.stash[_urls] = ServerUrls(worker_input["postgres_url"], worker_input["redis_url"])
        return
    config.stash[_stack] = ExitStack()
    if not _is_pure(config):
        config.stash[_urls] = config.stash[_stack].enter_context(run_servers())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Send the servers' addresses to a worker of pytest-xdist."""
    if urls := node.config.stash.get(_urls, None):
        node.workerinput.update(postgres_url=urls.postgres, redis_url=urls.redis)


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(_stack, None):
        stack.close()


@pytest.fixture(scope="session")
def server_urls(request: pytest.FixtureRequest) -> ServerUrls:
    """Return the servers' URLs, for tests that need databases of their own (`tests.servers.create_database`)."""
    urls = request.config.stash.get(_urls, None)
    assert urls is not None, f"tests below {' and '.join(_PURE)} are pure: they get no servers"
    return urls


@pytest.fixture(scope="session")
def worker_number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def _database(server_urls: ServerUrls, worker_number: int) -> Iterator[tuple[str, psycopg.Connection]]:
    url = create_database(server_urls, f"test_{worker_number}")
    with psycopg.connect(url, autocommit=True, options="-c lock_timeout=5000") as conn:
        yield url, conn


@pytest.fixture
def database_url(_database: tuple[str, psycopg.Connection]) -> str:
    """Return the URL of a migrated, empty database."""
    url, conn = _database
    empty_database(conn)
    return url


@pytest_asyncio.fixture(scope="session")
async def _open_pool(_database: tuple[str, psycopg.Connection]) -> AsyncIterator[Pool]:
    async with open_pool(_database[0]) as pool:
        yield pool


@pytest.fixture
def pool(database_url: str, _open_pool: Pool) -> Pool:
    """Return a pool on `database_url`, whose tables are empty."""
    return _open_pool


@pytest_asyncio.fixture(scope="session")
async def _open_redis(server_urls: ServerUrls, worker_number: int) -> AsyncIterator[Redis]:
    async with open_redis(server_urls.redis_url(worker_number)) as client:
        yield client


@pytest_asyncio.fixture
async def redis(_open_redis: Redis) -> Redis:
    """Return a client on this worker's key space, which is empty."""
    await _open_redis.flushdb()
    return _open_redis


@pytest.fixture
def redis_url(redis: Redis, server_urls: ServerUrls, worker_number: int) -> str:
    """Return the URL of the same key space."""
    return server_urls.redis_url(worker_number)


@pytest_asyncio.fixture(scope="session")
async def stack(server_urls: ServerUrls, worker_number: int) -> AsyncIterator[Stack]:
    """Return every role behind the gateway. Tests share it: create your own events and empty nothing."""
    async with run_stack(server_urls, worker_number) as running:
        yield running


def _is_pure(config: pytest.Config) -> bool:
    root = config.invocation_params.dir
    paths = [(root / argument.split("::")[0]).resolve() for argument in config.args]
    pure = [(config.rootpath / folder).resolve() for folder in _PURE]
    return config.option.collectonly or all(any(path.is_relative_to(p) for p in pure) for path in paths)
