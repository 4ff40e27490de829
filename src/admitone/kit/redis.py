"""Redis (or Valkey): locks, counters, streams and caches. Everything in it can be lost and comes back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis

# What a server that is down, restarting, loading or full looks like from here: try again, nothing was decided.
UNAVAILABLE = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.BusyLoadingError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
)

CONNECTIONS_MAX = 16
SOCKET_SECONDS_MAX = 5.0


def connect_redis(redis_url: str) -> Redis:
    """Return a client with a bounded pool; values are bytes. It connects at its first command.

    `redis_url` may be `unix://…`. The caller closes it with `aclose(close_connection_pool=True)`.
    """
    pool = BlockingConnectionPool.from_url(
        redis_url,
        max_connections=CONNECTIONS_MAX,
        timeout=SOCKET_SECONDS_MAX,
        socket_timeout=SOCKET_SECONDS_MAX,
        socket_connect_timeout=SOCKET_SECONDS_MAX,
        health_check_interval=15,
    )
    return Redis.from_pool(pool)


@asynccontextmanager
async def open_redis(redis_url: str) -> AsyncIterator[Redis]:
    """Yield a client and close it with all of its connections."""
    client = connect_redis(redis_url)
    try:
        yield client
    finally:
        await client.aclose(close_connection_pool=True)
