"""Redis (or Valkey): locks, counters, streams and caches. All of its data can be lost, and is rebuilt."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import DefaultParser

from admitone.kit.redis_cluster import ClusterRedis, is_cluster_url, parse_cluster_url
from admitone.kit.redis_commands import Command, send_commands
from admitone.kit.redis_sentinel import SentinelPool, is_sentinel_url, parse_sentinel_url
from admitone.kit.tracing import recorder, span


class ServerRefuses(exceptions.ResponseError):
    """The server runs and executes nothing now; the message contains its error word, one of `_REFUSING`."""


# First words of error replies that mean: not now, nothing was done. redis-py has exception classes for the others.
_REFUSING = (
    "MISCONF",  # it cannot write its snapshot or append-only file: the disk is full
    "NOREPLICAS",  # too few replicas follow it (min-replicas-to-write)
    "BUSY",  # a script runs for too long
    "UNKILLABLE",
    "MASTERDOWN",  # a replica that has lost its primary
    "NOMASTERLINK",
    "FAILOVER",
)

# The errors of a server that is down, restarting, loading, full or failing over: try again, nothing was decided.
# NOSCRIPT is among them: the caller has loaded the scripts and still gets it, so the server is restarting.
UNAVAILABLE = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.BusyLoadingError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.NoScriptError,
    exceptions.TryAgainError,
    exceptions.ClusterDownError,
    exceptions.MasterDownError,
    ServerRefuses,
)


class _Parser(DefaultParser):  # type: ignore[misc, valid-type]
    """Raises `ServerRefuses` for error replies without a class in redis-py."""

    EXCEPTION_CLASSES: ClassVar[dict[str, Any]] = {
        **DefaultParser.EXCEPTION_CLASSES,
        **dict.fromkeys(_REFUSING, ServerRefuses),
    }


CONNECTIONS_MAX = 16
SOCKET_SECONDS_MAX = 5.0
# Where another server takes over from one that is lost, requests must not wait longer for the lost one than for the
# other: nothing is decided by Redis alone, so an answer that would have come later costs one retry.
FAILOVER_SECONDS_MAX = 1.5
FAILOVER_CONNECT_SECONDS_MAX = 0.5


def connect_redis(redis_url: str) -> Redis:
    """Return a client with a bounded pool; values are bytes. It connects at its first command.

    `redis_url` may be `unix://…`, `redis+sentinel://…` (see `kit.redis_sentinel`) or `redis+cluster://…` (see
    `kit.redis_cluster`). The caller closes the client with
    `aclose(close_connection_pool=True)`.
    """
    options: dict[str, Any] = {
        "max_connections": CONNECTIONS_MAX,
        "health_check_interval": 15,
        "parser_class": _Parser,
    }
    client = _client_class()
    failover = _time_limits(FAILOVER_SECONDS_MAX, FAILOVER_CONNECT_SECONDS_MAX)
    if is_cluster_url(redis_url):
        return ClusterRedis(parse_cluster_url(redis_url), **options, **failover)
    if is_sentinel_url(redis_url):
        return client.from_pool(SentinelPool(parse_sentinel_url(redis_url), **options, **failover))
    limits = _time_limits(SOCKET_SECONDS_MAX, SOCKET_SECONDS_MAX)
    return client.from_pool(BlockingConnectionPool.from_url(redis_url, **options, **limits))


def _time_limits(command_seconds: float, connect_seconds: float) -> dict[str, float]:
    return {
        "timeout": command_seconds,  # for a free connection
        "socket_timeout": command_seconds,
        "socket_connect_timeout": connect_seconds,
    }


def _client_class() -> type[Redis]:
    if recorder() is None:
        return Redis
    from admitone.kit.traced_redis import TracedRedis

    return TracedRedis


@asynccontextmanager
async def open_redis(redis_url: str) -> AsyncIterator[Redis]:
    """Yield a client and close it with all of its connections."""
    client = connect_redis(redis_url)
    try:
        yield client
    finally:
        await client.aclose(close_connection_pool=True)


async def run_pipeline(redis: Redis, commands: Sequence[Command], *, name: str) -> list[Any]:
    """Send commands in one write and return their answers; an error answer is returned, not raised.

    In a cluster, one write for each server, at the same time. Raises an error of `UNAVAILABLE` when the connection is
    lost: it is then unknown which commands were executed. A cluster returns it for the commands of the lost server.
    `name` is for traces.
    """
    with span(f"redis pipeline {name}", {"db.system.name": "redis", "db.operation.batch.size": len(commands)}):
        if isinstance(redis, ClusterRedis):
            return await redis.send(commands)
        return await send_commands(redis.connection_pool, commands)
