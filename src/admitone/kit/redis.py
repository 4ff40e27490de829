"""Redis (or Valkey): locks, counters, streams and caches. Everything in it can be lost and comes back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import BlockingConnectionPool, Redis

CONNECTIONS_MAX = 16
SOCKET_SECONDS_MAX = 5.0


@asynccontextmanager
async def open_redis(redis_url: str) -> AsyncIterator[Redis]:
    """Yield a client with a bounded pool; values are bytes. `redis_url` may be `unix://…`."""
    pool = BlockingConnectionPool.from_url(
        redis_url,
        max_connections=CONNECTIONS_MAX,
        timeout=SOCKET_SECONDS_MAX,
        socket_timeout=SOCKET_SECONDS_MAX,
        socket_connect_timeout=SOCKET_SECONDS_MAX,
        health_check_interval=15,
    )
    client = Redis(connection_pool=pool)
    try:
        yield client
    finally:
        await client.aclose()
        await pool.disconnect()
