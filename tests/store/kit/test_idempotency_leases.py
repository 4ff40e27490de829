"""A process that runs a request holds a lease; where the lease has ended, a retry takes the request over."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.kit.http.idempotency_records import LEASE_MS, Opened, Records
from admitone.kit.http.sealed_answer import Answer
from admitone.kit.refusal import RequestInProgress

SECRET = "a secret of an installation, for tests"
BODY = b'{"seats": ["A-1"]}'
ANSWER = Answer(201, "application/json", "/booking/1", b'{"ok": true}')


class Process:
    """The records of one process of the installation."""

    def __init__(self, redis: Redis) -> None:
        self.records = Records(redis, SECRET)
        self._redis = redis

    async def open(self, body: bytes = BODY) -> Opened | Answer:
        return await self.records.open(self.records.key(b"ada", "/booking/checkout", b"k-1"), body)

    async def die(self) -> None:
        """Renew the lease no more, and let it end."""
        await self.records.settle()
        await self._redis.delete(*await self._redis.keys("idempotency-owner:*"))


@pytest_asyncio.fixture
async def processes(redis: Redis) -> AsyncIterator[list[Process]]:
    started = [Process(redis) for _ in range(3)]
    yield started
    for process in started:
        await process.records.settle()


async def test_a_living_process_keeps_its_request(processes: list[Process]) -> None:
    first, second, _ = processes
    assert isinstance(await first.open(), Opened)

    with pytest.raises(RequestInProgress):
        await second.open()


async def test_a_lease_is_renewed_while_a_request_runs(processes: list[Process], redis: Redis) -> None:
    opened = await processes[0].open()
    (lease,) = await redis.keys("idempotency-owner:*")
    left = await redis.pttl(lease)
    while (now := await redis.pttl(lease)) <= left:
        assert now > 0, "the lease ended while its request runs"
        left = now
        await asyncio.sleep(0.02)

    assert now <= LEASE_MS
    assert isinstance(opened, Opened)


async def test_a_retry_takes_over_from_a_dead_process_under_the_same_attempt(processes: list[Process]) -> None:
    first, second, third = processes
    died = await first.open()
    await first.die()

    taken = await second.open()
    with pytest.raises(RequestInProgress):
        await third.open()

    assert isinstance(died, Opened)
    assert isinstance(taken, Opened)
    assert taken.attempt_id == died.attempt_id


async def test_of_many_retries_one_takes_over(processes: list[Process]) -> None:
    first, second, third = processes
    await first.open()
    await first.die()

    opened = await asyncio.gather(*(attempt.open() for attempt in (second, third) * 8), return_exceptions=True)

    assert [type(result) for result in opened if not isinstance(result, RequestInProgress)] == [Opened]


async def test_a_retry_waits_for_the_end_of_a_lease_that_was_not_renewed(
    processes: list[Process], redis: Redis
) -> None:
    first, second, _ = processes
    await first.open()
    await first.records.settle()  # it dies now: two renewals later its lease still lives
    (lease,) = await redis.keys("idempotency-owner:*")
    await redis.pexpire(lease, 400)

    assert isinstance(await second.open(), Opened)


async def test_the_answer_of_the_retry_is_remembered(processes: list[Process]) -> None:
    first, second, third = processes
    await first.open()
    await first.die()
    taken: Any = await second.open()
    second.records.close(taken, ANSWER)
    await second.records.settle()

    assert await third.open() == ANSWER


async def test_a_request_that_failed_midway_goes_on_under_the_same_attempt(processes: list[Process]) -> None:
    first, second, third = processes
    failed: Any = await first.open()
    first.records.close(failed, None, comes_again=True)
    await first.records.settle()

    again: Any = await second.open()
    second.records.close(again, None, comes_again=True)
    await second.records.settle()
    other: Any = await third.open(b"another body")

    assert again.attempt_id == failed.attempt_id
    assert other.attempt_id != failed.attempt_id
