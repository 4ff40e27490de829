"""Work outside the event loop: one task at a time, and a bounded number that waits."""

import asyncio
import threading

import pytest

from admitone.kit.off_loop import WAITING_MAX, off_loop, reserve_off_loop
from admitone.kit.refusal import Busy, MalformedBody

SECONDS_MAX = 30.0


async def test_results_and_exceptions_are_returned() -> None:
    def refuse() -> None:
        raise MalformedBody("Not this one.")

    assert await off_loop(sorted, [2, 1], reverse=True) == [2, 1]
    with pytest.raises(MalformedBody):
        await off_loop(refuse)


async def test_one_runs_while_a_few_wait_and_the_loop_continues() -> None:
    go_on = threading.Event()
    running, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        go_on.wait(SECONDS_MAX)
        with lock:
            running -= 1

    tasks = [asyncio.create_task(off_loop(work)) for _ in range(WAITING_MAX + 1)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await off_loop(work)
    go_on.set()
    await asyncio.gather(*tasks)

    assert most == 1
    assert await off_loop(len, "again") == 5


async def test_a_cancelled_caller_releases_its_slot() -> None:
    go_on = threading.Event()
    first = asyncio.create_task(off_loop(go_on.wait, SECONDS_MAX))
    others = [asyncio.create_task(off_loop(len, "")) for _ in range(WAITING_MAX)]
    await asyncio.sleep(0)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    waiting = asyncio.create_task(off_loop(len, "room"))
    await asyncio.sleep(0)
    go_on.set()

    assert await waiting == 4
    assert await first


async def test_a_reserved_place_is_kept_between_pieces() -> None:
    go_on = threading.Event()

    with reserve_off_loop() as thread:
        assert await thread.run(sorted, [2, 1]) == [1, 2]
        tasks = [asyncio.create_task(off_loop(go_on.wait, SECONDS_MAX)) for _ in range(WAITING_MAX)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await off_loop(sorted, [])
        with pytest.raises(Busy), reserve_off_loop():
            pass
        piece = asyncio.create_task(thread.run(sorted, [4, 3]))
        await asyncio.sleep(0)
        go_on.set()
        assert await piece == [3, 4]
    await asyncio.gather(*tasks)

    assert await off_loop(sorted, [1]) == [1]
