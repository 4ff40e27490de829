"""Redis (or Valkey): locks, counters, streams and caches. All of its data can be lost, and is rebuilt."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from hiredis import pack_command
from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, DefaultParser

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


Command = tuple[str | bytes | int | float, ...]

CONNECTIONS_MAX = 16
SOCKET_SECONDS_MAX = 5.0


def connect_redis(redis_url: str) -> Redis:
    """Return a client with a bounded pool; values are bytes. It connects at its first command.

    `redis_url` may be `unix://…`, or `redis+sentinel://…` (see `kit.redis_sentinel`). The caller closes the client with
    `aclose(close_connection_pool=True)`.
    """
    options: dict[str, Any] = {
        "max_connections": CONNECTIONS_MAX,
        "timeout": SOCKET_SECONDS_MAX,
        "socket_timeout": SOCKET_SECONDS_MAX,
        "socket_connect_timeout": SOCKET_SECONDS_MAX,
        "health_check_interval": 15,
        "parser_class": _Parser,
    }
    client = _client_class()
    if is_sentinel_url(redis_url):
        return client.from_pool(SentinelPool(parse_sentinel_url(redis_url), **options))
    return client.from_pool(BlockingConnectionPool.from_url(redis_url, **options))


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

    redis-py packs each argument of a pipeline in Python; hiredis packs a command in one call. Raises an error of
    `UNAVAILABLE` when the connection is lost: it is then unknown which commands were executed. `name` is for traces.
    """
    with span(f"redis pipeline {name}", {"db.system.name": "redis", "db.operation.batch.size": len(commands)}):
        return await _run_pipeline(redis, commands)


async def _run_pipeline(redis: Redis, commands: Sequence[Command]) -> list[Any]:
    pool = redis.connection_pool
    connection: AbstractConnection = await pool.get_connection()  # type: ignore[no-untyped-call]
    try:
        async with asyncio.timeout(SOCKET_SECONDS_MAX):
            packed = [pack_command(command) for command in commands]  # type: ignore[arg-type]
            await connection.send_packed_command(b"".join(packed))
            return [await _answer(connection) for _ in commands]
    except BaseException as error:
        # The next caller must not read the answers to these commands.
        await connection.disconnect(nowait=True)
        if isinstance(error, TimeoutError):
            raise exceptions.TimeoutError("Redis did not answer in time") from error
        raise
    finally:
        await pool.release(connection)


async def _answer(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response(timeout=math.inf)
    except exceptions.ResponseError as error:
        return error
