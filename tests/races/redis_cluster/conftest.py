"""Fixtures: the whole product on a Redis Cluster."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from admitone.testing.organizer import Organizer
from tests.redis_cluster import RunningCluster, run_redis_cluster
from tests.running import Stack, run_stack
from tests.servers import ServerUrls

NUMBER = 40
"""The database of this stack: beside those of the workers' stacks."""


@dataclass(frozen=True)
class ClusterUrls(ServerUrls):
    """A cluster has one key space."""

    def redis_url(self, _number: int) -> str:
        return self.redis


@pytest.fixture(scope="package")
def cluster() -> Iterator[RunningCluster]:
    with run_redis_cluster() as cluster:
        yield cluster


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stack(server_urls: ServerUrls, cluster: RunningCluster) -> AsyncIterator[Stack]:
    """Replace the stack that all other race tests share."""
    async with run_stack(ClusterUrls(server_urls.postgres, cluster.url), NUMBER) as stack:
        yield stack


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def organizer(stack: Stack) -> AsyncIterator[Organizer]:
    async with Organizer.of(stack) as organizer:
        yield organizer
