"""The client of a Redis Cluster follows keys that move between servers, in the middle of a pipeline."""

import hashlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import ConnectionError as ServerLost
from redis.exceptions import ResponseError

from admitone.kit.redis import UNAVAILABLE, open_redis, run_pipeline
from tests.redis_cluster import SLOTS, RunningCluster, ask, run_redis_cluster, run_split_cluster

KEYS = [f"a:{{{number}}}" for number in range(30)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[RunningCluster]:
    with run_redis_cluster() as cluster:
        yield cluster


async def write(redis: Redis) -> None:
    assert await run_pipeline(redis, [("SET", key, key) for key in KEYS], name="tests") == [b"OK"] * len(KEYS)


async def read(redis: Redis) -> list[object]:
    return await run_pipeline(redis, [("GET", key) for key in KEYS], name="tests")


def move(cluster: RunningCluster, key: str) -> Iterator[None]:
    """Move the slot of a key to another primary; pause when the key is there and the slot is not."""
    source = cluster.primary_of(key)
    target = next(port for port in (cluster.primary_of(other) for other in KEYS) if port != source)
    slot = key_slot(key.encode())
    names = {port: ask(port, "CLUSTER", "MYID").decode() for port in (source, target)}
    ask(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", names[source])
    ask(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", names[target])
    ask(source, "MIGRATE", "127.0.0.1", target, key, 0, 5000)
    yield
    for port in (target, source):
        ask(port, "CLUSTER", "SETSLOT", slot, "NODE", names[target])


async def test_keys_are_found_while_they_move_and_after(cluster: RunningCluster) -> None:
    async with open_redis(cluster.url) as redis:
        await write(redis)
        for _ in move(cluster, KEYS[7]):
            assert await read(redis) == [key.encode() for key in KEYS]
            assert await redis.get(KEYS[7]) == KEYS[7].encode()
        assert await read(redis) == [key.encode() for key in KEYS]
        assert await redis.get(KEYS[7]) == KEYS[7].encode()


async def test_a_server_that_leaves_out_the_host_means_its_own(cluster: RunningCluster) -> None:
    """As where clients reach the servers by other addresses than the servers each other."""
    async with open_redis(cluster.url) as redis:
        await write(redis)
        for port in cluster.ports:
            ask(port, "CONFIG", "SET", "cluster-preferred-endpoint-type", "unknown-endpoint")
        try:
            for _ in move(cluster, KEYS[9]):
                assert await read(redis) == [key.encode() for key in KEYS]
            assert await read(redis) == [key.encode() for key in KEYS]
        finally:
            for port in cluster.ports:
                ask(port, "CONFIG", "SET", "cluster-preferred-endpoint-type", "ip")


async def test_a_server_that_lost_the_others_is_left_for_the_one_that_has_its_keys() -> None:
    """It answers, and refuses everything: a network divided it from the others, and not from this client."""
    with run_split_cluster() as cluster:
        former, other = cluster.ports
        async with open_redis(cluster.url) as redis:
            await redis.set("a", "1")
            ask(former, "FLUSHALL")
            ask(former, "CLUSTER", "FLUSHSLOTS")
            ask(other, "CLUSTER", "ADDSLOTSRANGE", 0, SLOTS - 1)
            deadline = time.monotonic() + 30
            while True:
                try:
                    assert await redis.ping()
                    await redis.set("a", "2")
                    break
                except UNAVAILABLE:
                    assert time.monotonic() < deadline, "the client stays with the server that has no keys"

        assert ask(other, "GET", "a") == b"2"


async def test_a_cluster_without_primaries_is_unavailable() -> None:
    with run_split_cluster() as cluster:
        ask(cluster.ports[0], "CLUSTER", "FLUSHSLOTS")
        async with open_redis(cluster.url) as redis:
            with pytest.raises(UNAVAILABLE):
                await redis.ping()


async def test_an_error_answer_is_of_its_command_alone(cluster: RunningCluster) -> None:
    async with open_redis(cluster.url) as redis:
        await write(redis)
        first, second, third = await run_pipeline(
            redis, [("GET", KEYS[0]), ("HGETALL", KEYS[1]), ("GET", KEYS[2])], name="tests"
        )

        assert (first, third) == (KEYS[0].encode(), KEYS[2].encode())
        assert isinstance(second, ResponseError)
        with pytest.raises(ResponseError):
            await redis.hgetall(KEYS[1])


async def test_streams_of_several_servers_are_read_at_once(cluster: RunningCluster) -> None:
    async with open_redis(cluster.url) as redis:
        for number, key in enumerate(KEYS):
            await redis.xadd(f"s{key}", {"n": number})

        found: Any = await redis.xread({f"s{key}": "0-0" for key in KEYS}, count=5)

        assert {key.decode() for key in found} == {f"s{key}" for key in KEYS}
        assert not await redis.xread({f"s{KEYS[0]}": "$"})


async def test_one_lost_server_fails_its_own_keys_only_until_its_replica_takes_over(cluster: RunningCluster) -> None:
    lost = cluster.primary_of(KEYS[3])
    own = [cluster.primary_of(key) == lost for key in KEYS]
    async with open_redis(cluster.url) as redis:
        await write(redis)
        cluster.kill(lost)

        answers = await read(redis)

        assert [isinstance(answer, ServerLost) for answer in answers] == own
        while True:
            try:
                await redis.set(KEYS[3], "again")
                break
            except UNAVAILABLE:
                continue
        assert await redis.get(KEYS[3]) == b"again"


async def test_scripts_reach_every_server_that_lives(cluster: RunningCluster) -> None:
    """The last server to be asked has them too, although the first one is lost."""
    async with open_redis(cluster.url) as redis:
        await redis.ping()
        primaries = sorted({cluster.primary_of(key) for key in KEYS})
        cluster.kill(primaries[0])
        for port in primaries[1:]:
            ask(port, "SCRIPT", "FLUSH")
        with pytest.raises(UNAVAILABLE):
            await redis.script_load("return 7")

        digest = hashlib.sha1(b"return 7").hexdigest()
        assert [ask(port, "SCRIPT", "EXISTS", digest) for port in primaries[1:]] == [[1]] * (len(primaries) - 1)
