"""Redis (or Valkey): locks, counters, streams and caches. Everything in it can be lost and comes back."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from hiredis import pack_command
from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection

# What a server that is down, restarting, loading or full looks like from here: try again, nothing was decided.
UNAVAILABLE = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.BusyLoadingError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
)

Command = tuple[str | bytes | int | float, ...]

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


async def run_pipeline(redis: Redis, commands: Sequence[Command]) -> list[Any]:
    """Send commands in one write and return their answers; an error answer is returned, not raised.

    redis-py packs each argument of a pipeline in Python; hiredis packs a command in one call. Raises what
    `UNAVAILABLE` names when the connection is lost: which of the commands were executed is then unknown.
    """
    pool = redis.connection_pool
    connection: AbstractConnection = await pool.get_connection()  # type: ignore[no-untyped-call]
    try:
        async with asyncio.timeout(SOCKET_SECONDS_MAX):
            packed = [pack_command(command) for command in commands]  # type: ignore[arg-type]
            await connection.send_packed_command(b"".join(packed))
            return [await _answer(connection) for _ in commands]
    except BaseException as error:
        # Answers that nobody has read must not become the next caller's.
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
