"""Redis connections that died while idle fail no command, neither single ones nor a pipeline."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.kit.redis import open_redis, run_pipeline
from tests.server_folder import open_server_folder

CONNECTIONS = 16


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with ExitStack() as stack:
        folder, identity, binaries = stack.enter_context(open_server_folder("redis"))
        yield RedisServer(binaries.redis, folder, identity, durable=False)


async def test_after_a_restart_the_first_commands_succeed(server: RedisServer) -> None:
    child = server.spawn()
    try:
        wait_until_ready(child, server.answers)
        async with open_redis(server.url()) as redis:
            await asyncio.gather(*(redis.blpop(["nothing"], timeout=0.2) for _ in range(CONNECTIONS)))
            await asyncio.to_thread(child.stop)
            child = server.spawn()
            await asyncio.to_thread(wait_until_ready, child, server.answers)

            piped = await run_pipeline(redis, [("SET", "a", 1), ("GET", "a")], name="tests")
            answers = await asyncio.gather(*(redis.ping() for _ in range(CONNECTIONS)))
    finally:
        child.stop()

    assert piped == [b"OK", b"1"]
    assert answers == [True] * CONNECTIONS
