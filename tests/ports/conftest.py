"""Fixtures of the port suites: every implementation of seat locks, and an OpenSearch for tests marked `opensearch`."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.kit.redis import open_redis
from admitone.testing.simulated_locks import SimulatedLocks
from tests.opensearch_server import shared_opensearch
from tests.ports.lock_box import Box
from tests.redis_cluster import RunningCluster, run_redis_cluster


@pytest.fixture(scope="session")
def redis_cluster() -> Iterator[RunningCluster]:
    with run_redis_cluster() as cluster:
        yield cluster


@pytest_asyncio.fixture(params=["redis", "redis cluster", "simulated"])
async def box(request: pytest.FixtureRequest, redis: Redis) -> AsyncIterator[Box]:
    if request.param == "redis cluster":
        running: RunningCluster = request.getfixturevalue("redis_cluster")
        await asyncio.to_thread(running.flush)
        async with open_redis(running.url) as client:
            yield Box(RedisLocks(client), redis=client)
    else:
        yield _redis_box(redis) if request.param == "redis" else _simulated_box()


def _redis_box(redis: Redis) -> Box:
    return Box(RedisLocks(redis), redis=redis)


def _simulated_box() -> Box:
    locks = SimulatedLocks(lambda: made.now)
    made = Box(locks, simulated=locks)
    return made


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """ADMITONE_TEST_SEARCH_URL can name a running server."""
    if url := os.environ.get("ADMITONE_TEST_SEARCH_URL"):
        return url
    folder = tmp_path_factory.getbasetemp()
    return shared_opensearch(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)
