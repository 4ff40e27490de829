"""Fixtures of the port suites: every implementation of seat locks, and an OpenSearch for tests marked `opensearch`."""

import os

import pytest
from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.testing.simulated_locks import SimulatedLocks
from tests.opensearch_server import shared_opensearch
from tests.ports.lock_box import Box


@pytest.fixture(params=["redis", "simulated"])
def box(request: pytest.FixtureRequest, redis: Redis) -> Box:
    if request.param == "redis":
        return Box(RedisLocks(redis), redis=redis)
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
