"""Group commit: many callers, one statement, and each caller gets its own answer."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admitone.kit.batcher import Batcher
from admitone.kit.refusal import Busy


class Server:
    """Doubles numbers and records the batches. `gate` delays it."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def double(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        await self.gate.wait()
        return [ValueError(item) if item < 0 else item * 2 for item in items]


async def test_concurrent_callers_share_a_batch() -> None:
    server = Server()
    batcher = Batcher(server.double, items_max=8)

    answers = await asyncio.gather(*(batcher.submit(n) for n in range(5)))

    assert answers == [0, 2, 4, 6, 8]
    assert server.batches == [[0, 1, 2, 3, 4]]


async def test_no_batch_exceeds_its_maximum() -> None:
    server = Server()
    batcher = Batcher(server.double, items_max=8, in_flight_max=1)

    await asyncio.gather(*(batcher.submit(n) for n in range(20)))

    assert [len(batch) for batch in server.batches] == [8, 8, 4]


async def test_an_error_reaches_its_own_caller_only() -> None:
    batcher = Batcher(Server().double)

    answers = await asyncio.gather(*(batcher.submit(n) for n in (1, -2, 3)), return_exceptions=True)

    assert (answers[0], answers[2]) == (2, 6)
    assert isinstance(answers[1], ValueError)
    assert answers[1].args == (-2,)


async def test_a_failed_batch_fails_for_all_its_callers_and_the_next_one_works() -> None:
    calls = 0

    async def fails_once(items: Sequence[int]) -> Sequence[int | Exception]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ConnectionError("gone")
        return list(items)

    batcher = Batcher(fails_once)

    first = await asyncio.gather(batcher.submit(1), batcher.submit(2), return_exceptions=True)

    assert [type(answer) for answer in first] == [ConnectionError, ConnectionError]
    assert await batcher.submit(3) == 3


async def test_a_missing_answer_is_an_error() -> None:
    async def forgets_one(items: Sequence[int]) -> Sequence[int | Exception]:
        return list(items)[1:]

    batcher = Batcher(forgets_one)

    with pytest.raises(AssertionError):
        await asyncio.wait_for(batcher.submit(1), 1)


async def test_submissions_beyond_the_longest_wait_are_refused_at_once() -> None:
    server = Server()
    server.gate.clear()
    batcher = Batcher(server.double, items_max=2, in_flight_max=1, waiting_max=3)
    under_way = [asyncio.create_task(batcher.submit(n)) for n in range(2)]
    await asyncio.sleep(0.01)
    waiting = [asyncio.create_task(batcher.submit(n)) for n in range(2, 5)]
    await asyncio.sleep(0)

    with pytest.raises(Busy):
        await batcher.submit(5)
    server.gate.set()

    assert await asyncio.gather(*under_way, *waiting) == [0, 2, 4, 6, 8]


async def test_a_cancelled_caller_does_not_affect_the_others() -> None:
    server = Server()
    server.gate.clear()
    batcher = Batcher(server.double)
    gone, stays = asyncio.create_task(batcher.submit(1)), asyncio.create_task(batcher.submit(2))
    await asyncio.sleep(0.01)

    gone.cancel()
    server.gate.set()

    assert await stays == 4
    assert await batcher.submit(3) == 6
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_the_next_batch_collects_while_one_is_in_progress() -> None:
    server = Server()
    server.gate.clear()
    batcher = Batcher(server.double, items_max=64)
    tasks = [asyncio.create_task(batcher.submit(0))]
    await asyncio.sleep(0.01)
    for n in range(1, 6):
        tasks.append(asyncio.create_task(batcher.submit(n)))
        await asyncio.sleep(0)
    server.gate.set()

    await asyncio.gather(*tasks)

    assert server.batches == [[0], [1, 2, 3, 4, 5]]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=40),
    st.integers(1, 5),
    st.integers(1, 3),
    st.integers(0, 2),
)
def test_every_caller_gets_an_answer(
    arrivals: list[tuple[int, int]], items_max: int, in_flight: int, linger: int
) -> None:
    """Callers arrive at random times, the server takes random times: each gets an answer, each item is sent once."""
    sent: list[int] = []

    async def slow(items: Sequence[int]) -> Sequence[int | Exception]:
        sent.extend(items)
        for _ in range(arrivals[items[0]][1]):
            await asyncio.sleep(0)
        return list(items)

    async def all_of_them() -> list[int]:
        batcher = Batcher(slow, items_max=items_max, in_flight_max=in_flight, linger_ms=linger / 100)

        async def submit_in_turn(n: int, pauses: int) -> int:
            for _ in range(pauses):
                await asyncio.sleep(0)
            return await batcher.submit(n)

        return await asyncio.wait_for(
            asyncio.gather(*(submit_in_turn(n, pauses) for n, (pauses, _) in enumerate(arrivals))), 5
        )

    assert asyncio.run(all_of_them()) == list(range(len(arrivals)))
    assert sorted(sent) == list(range(len(arrivals)))
