"""Callers with one key share one execution."""

import asyncio

import pytest

from admitone.kit.single_flight import SingleFlight


async def test_callers_with_one_key_share_the_work_and_the_outcome() -> None:
    flights: SingleFlight[str, object] = SingleFlight()
    runs = 0

    async def work() -> object:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0.01)
        return object()

    first, second = await asyncio.gather(flights.run("k", work), flights.run("k", work))
    later = await flights.run("k", work)

    assert first is second
    assert later is not first
    assert runs == 2


async def test_other_keys_run_concurrently() -> None:
    flights: SingleFlight[str, str] = SingleFlight()

    async def work(answer: str) -> str:
        await asyncio.sleep(0.01)
        return answer

    answers = await asyncio.gather(flights.run("a", lambda: work("a")), flights.run("b", lambda: work("b")))

    assert list(answers) == ["a", "b"]


async def test_an_error_reaches_every_caller_and_is_not_cached() -> None:
    flights: SingleFlight[str, int] = SingleFlight()

    async def fails() -> int:
        await asyncio.sleep(0)
        raise ValueError

    async def works() -> int:
        return 1

    answers = await asyncio.gather(flights.run("k", fails), flights.run("k", fails), return_exceptions=True)

    assert [type(answer) for answer in answers] == [ValueError, ValueError]
    assert await flights.run("k", works) == 1


async def test_the_work_continues_when_its_caller_is_cancelled() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    is_done = asyncio.Event()

    async def work() -> int:
        await asyncio.sleep(0.01)
        is_done.set()
        return 7

    gone = asyncio.create_task(flights.run("k", work))
    await asyncio.sleep(0)
    gone.cancel()
    stays = flights.run("k", work)

    assert await stays == 7
    assert is_done.is_set()
    with pytest.raises(asyncio.CancelledError):
        await gone
