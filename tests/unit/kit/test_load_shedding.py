"""Load shedding on virtual time: reject requests that would wait too long, before doing work for them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import pytest

from admitone.kit.load_shedding import (
    LIMIT_MIN,
    SATURATED_A_SECOND,
    SATURATED_IN_FLIGHT,
    SATURATED_INTERVALS,
    SATURATED_SECONDS,
    ConcurrencyLimiter,
    waiting_elsewhere,
)
from admitone.kit.refusal import Busy
from tests.races.simulation.virtual_loop import VirtualLoop

Result = TypeVar("Result")


def play(scene: Callable[[], Awaitable[Result]]) -> Result:
    """Run a scenario to its end in virtual time."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(_awaited(scene))
    finally:
        loop.close()


async def _awaited(scene: Callable[[], Awaitable[Result]]) -> Result:
    return await scene()


def a_limiter(
    *, limit_max: int, target_seconds: float = 1.0, on_reject: Callable[[], None] = lambda: None
) -> ConcurrencyLimiter:
    return ConcurrencyLimiter(
        "test",
        limit_max=limit_max,
        target_seconds=target_seconds,
        queue_timeout_seconds=1.0,
        on_reject=on_reject,
        now=asyncio.get_running_loop().time,
    )


async def visit(limiter: ConcurrencyLimiter, seconds: float, *, priority: bool = False) -> str:
    try:
        async with limiter.acquire(priority=priority):
            await asyncio.sleep(seconds)
    except Busy:
        return "refused"
    return "served"


def test_requests_beyond_the_limit_wait_in_order() -> None:
    async def scene() -> list[int]:
        limiter, order = a_limiter(limit_max=2), []

        async def come(number: int) -> None:
            async with limiter.acquire():
                order.append(number)
                await asyncio.sleep(0.1)

        await asyncio.gather(*(come(number) for number in range(7)))
        return order

    assert play(scene) == list(range(7))


def test_a_request_that_waits_too_long_is_rejected_and_does_not_delay_the_next() -> None:
    async def scene() -> tuple[list[str], list[int]]:
        told: list[int] = []
        limiter = a_limiter(limit_max=1, on_reject=lambda: told.append(1))
        answers = await asyncio.gather(*(visit(limiter, 0.8) for _ in range(4)))
        return [*answers, await visit(limiter, 0.1)], told

    assert play(scene) == (["served", "served", "refused", "refused", "served"], [1, 1])


def test_priority_requests_are_admitted_at_once_and_counted() -> None:
    async def scene() -> tuple[list[str], str]:
        limiter = a_limiter(limit_max=1)
        pays = asyncio.gather(*(visit(limiter, 1.5, priority=True) for _ in range(3)))
        await asyncio.sleep(0)
        return [*await asyncio.gather(visit(limiter, 0.1))], (await pays)[2]

    assert play(scene) == (["refused"], "served")


def test_a_failed_request_releases_its_slot() -> None:
    async def scene() -> str:
        limiter = a_limiter(limit_max=1)
        with pytest.raises(ZeroDivisionError):
            async with limiter.acquire():
                raise ZeroDivisionError
        return await visit(limiter, 0.1)

    assert play(scene) == "served"


def test_the_limit_shrinks_under_slow_requests_and_grows_again() -> None:
    """At best a hundred a second: with at most 0.5 s inside, the limit is fifty; never below the minimum."""

    async def scene() -> tuple[int, int]:
        limiter = a_limiter(limit_max=1_000, target_seconds=0.5)
        desk = asyncio.Semaphore(1)

        async def come() -> None:
            try:
                async with limiter.acquire(), desk:
                    await asyncio.sleep(0.01)
            except Busy:
                return

        crowd = [asyncio.create_task(come()) for _ in range(900)]
        await asyncio.sleep(5)
        least = limiter.limit
        await asyncio.gather(*crowd)
        for _ in range(12):
            await visit(limiter, 0.01)
            await asyncio.sleep(1)
        return least, limiter.limit

    assert play(scene) == (LIMIT_MIN, 1_000)


def test_overload_is_reported_while_requests_queue_and_shortly_after() -> None:
    async def scene() -> list[bool]:
        limiter = a_limiter(limit_max=1)
        seen = [limiter.is_saturated]
        await visit(limiter, 0.1)
        seen.append(limiter.is_saturated)
        await asyncio.gather(visit(limiter, 0.1), visit(limiter, 0.1))
        seen.append(limiter.is_saturated)
        await asyncio.sleep(SATURATED_SECONDS)
        return [*seen, limiter.is_saturated]

    assert play(scene) == [False, False, True, False]


def test_very_many_requests_in_progress_are_overload_without_a_queue() -> None:
    async def scene() -> tuple[bool, bool]:
        limiter = a_limiter(limit_max=1_000)
        await asyncio.gather(*(visit(limiter, 0.1) for _ in range(SATURATED_IN_FLIGHT - 1)))
        before = limiter.is_saturated
        await asyncio.gather(*(visit(limiter, 0.1) for _ in range(SATURATED_IN_FLIGHT)))
        return before, limiter.is_saturated

    assert play(scene) == (False, True)


def test_a_request_cancelled_at_its_turn_passes_its_slot_to_the_next() -> None:
    async def scene() -> str:
        limiter = a_limiter(limit_max=1)
        async with limiter.acquire():
            waiting = asyncio.create_task(visit(limiter, 0.1))
            await asyncio.sleep(0.1)
        waiting.cancel()  # its turn has come at this very moment
        await asyncio.gather(waiting, return_exceptions=True)
        return await visit(limiter, 0.1)

    assert play(scene) == "served"


async def visit_and_wait(limiter: ConcurrencyLimiter, here: float, elsewhere: float) -> str:
    try:
        async with limiter.acquire():
            await asyncio.sleep(here)
            with waiting_elsewhere():
                await asyncio.sleep(elsewhere)
    except Busy:
        return "refused"
    return "served"


def test_waiting_for_another_party_occupies_no_slot_and_is_not_held_against_the_role() -> None:
    async def scene() -> tuple[list[str], int]:
        limiter = a_limiter(limit_max=300, target_seconds=0.2)
        answers = []
        for _ in range(10):  # ten waves, one a tenth of a second: ten times the limit are open at once
            answers += [asyncio.create_task(visit_and_wait(limiter, 0.05, 5.0)) for _ in range(300)]
            await asyncio.sleep(0.1)
        return [await answer for answer in answers], limiter.limit

    answers, limit = play(scene)

    assert (set(answers), limit) == ({"served"}, 300)


def test_many_that_wait_elsewhere_are_a_rush() -> None:
    async def scene() -> bool:
        limiter = a_limiter(limit_max=1_000)
        visits = [asyncio.create_task(visit_and_wait(limiter, 0.0, 1.0)) for _ in range(SATURATED_IN_FLIGHT)]
        await asyncio.sleep(0.5)
        await asyncio.gather(*visits)
        return limiter.is_saturated

    assert play(scene)


def test_a_request_that_ends_while_its_task_waits_elsewhere_frees_its_slot_once() -> None:
    async def scene() -> list[str]:
        limiter = a_limiter(limit_max=1)

        async def work() -> None:
            with waiting_elsewhere():
                await asyncio.sleep(1.0)

        async with limiter.acquire():
            task = asyncio.create_task(work())
            await asyncio.sleep(0)
        answers = [await visit(limiter, 0.1)]
        await task
        return answers + list(await asyncio.gather(*(visit(limiter, 0.6) for _ in range(3))))

    # One slot: of three, the second waits for the first, and the third longer than the queue timeout.
    assert play(scene) == ["served", "served", "served", "refused"]


@pytest.mark.parametrize(
    ("a_second", "seconds", "is_rush"),
    [
        (SATURATED_A_SECOND * 2, SATURATED_INTERVALS + 2, True),
        (SATURATED_A_SECOND // 2, SATURATED_INTERVALS + 2, False),
        (SATURATED_A_SECOND * 2, SATURATED_INTERVALS - 2, False),
    ],
)
def test_many_quick_requests_for_long_are_a_rush(a_second: int, seconds: int, is_rush: bool) -> None:
    """A waiting room keeps the requests in flight few: their number does not show the rush. A burst is none."""

    async def scene() -> bool:
        limiter = a_limiter(limit_max=1024)
        for _ in range(a_second * seconds):
            await visit(limiter, 1 / a_second)
        return limiter.is_saturated

    assert play(scene) is is_rush


async def refused(limiter: ConcurrencyLimiter, seconds: float) -> None:
    async with limiter.acquire():
        await asyncio.sleep(seconds)
        raise Busy


def test_what_a_lost_server_refuses_is_no_rush() -> None:
    async def scene() -> bool:
        limiter = a_limiter(limit_max=1024)
        for _ in range(SATURATED_A_SECOND * 2 * (SATURATED_INTERVALS + 2)):
            with suppress(Busy):
                await refused(limiter, 1 / (SATURATED_A_SECOND * 2))
        return limiter.is_saturated

    assert play(scene) is False
