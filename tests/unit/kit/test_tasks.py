"""A task that swallows its first cancellation still ends."""

import asyncio

from admitone.kit.tasks import cancel_until_done


async def test_a_lost_cancellation_is_repeated() -> None:
    lost = 0

    async def stubborn() -> None:
        nonlocal lost
        while lost < 3:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                lost += 1
        await asyncio.sleep(3600)

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)

    await cancel_until_done([task])

    assert (lost, task.cancelled()) == (3, True)


async def test_a_task_that_ends_within_its_grace_is_cancelled_once() -> None:
    cancelled = []

    async def tidy() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            cancelled.append(True)

    tasks = [asyncio.create_task(tidy()) for _ in range(2)]
    await asyncio.sleep(0)
    await cancel_until_done(tasks, grace_seconds=60)

    assert cancelled == [True, True]
