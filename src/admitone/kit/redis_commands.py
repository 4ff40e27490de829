"""Send many commands to a Redis server in one write."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from hiredis import pack_command
from redis import exceptions
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection

Command = tuple[str | bytes | int | float, ...]


async def send_commands(pool: ConnectionPool, commands: Sequence[Command]) -> list[Any]:
    """Return the answers of one server, in order; an error answer is returned, not raised.

    redis-py packs each argument of a pipeline in Python; hiredis packs a command in one call. Raises an error of
    `kit.redis.UNAVAILABLE` when the connection is lost: it is then unknown which commands were executed.
    """
    connection: AbstractConnection = await pool.get_connection()  # type: ignore[no-untyped-call]
    try:
        async with asyncio.timeout(pool.connection_kwargs.get("socket_timeout")):
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
