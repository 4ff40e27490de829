"""Single flight: callers with the same key share one running task and its outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SingleFlight(Generic[Key, Value]):
    """The task continues when a caller is cancelled, and is forgotten when it is done: this is no cache."""

    def __init__(self) -> None:
        self._tasks: dict[Key, asyncio.Task[Value]] = {}

    def start(self, key: Key, work: Callable[[], Awaitable[Value]]) -> "asyncio.Task[Value]":
        """Return the running task of `key`, started now if there is none."""
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.create_task(_call(work))
            self._tasks[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return task

    async def run(self, key: Key, work: Callable[[], Awaitable[Value]]) -> Value:
        """Return the result of the one task of `key`, or raise its error."""
        return await asyncio.shield(self.start(key, work))

    def _forget(self, key: Key, task: "asyncio.Task[Value]") -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]
        if not task.cancelled():
            task.exception()  # retrieved here: the callers may be gone


async def _call(work: Callable[[], Awaitable[Value]]) -> Value:
    return await work()
