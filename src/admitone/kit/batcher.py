"""Group commit in the application: many callers, one statement.

While one batch is executing, the next one collects. Callers wait at most `linger_ms` more than a single
statement would take (less when there are few), and one request to the server serves up to `items_max` of them. The same
class batches PostgreSQL statements (set-based, over unnest arrays) and Redis scripts (one pipeline).
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from prometheus_client import Histogram

from admitone.kit.refusal import Busy
from admitone.kit.tracing import Cause, batch_span, current_span

BATCH_ITEMS = Histogram("admitone_batch_items", "Items a batch", ["batch"], buckets=(1, 2, 4, 8, 16, 32, 64, 128))
BATCH_SECONDS = Histogram("admitone_batch_seconds", "Duration of a batch", ["batch"])

# A batch of this many items waits the whole `linger_ms`; a smaller one a share of it.
CROWD = 64

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Batcher(Generic[Item, Answer]):
    """Collect items and pass them to `execute`, which returns an answer for each item, in order.

    An answer that is an exception is raised to its own caller alone; an exception raised by `execute`
    itself reaches every caller of that batch. Raises `Busy` when `waiting_max` items are already queued:
    work that would wait longer than any client listens is rejected.
    """

    def __init__(
        self,
        execute: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]],
        *,
        items_max: int = 64,
        linger_ms: float = 1.0,
        in_flight_max: int = 2,
        waiting_max: int = 10_000,
        name: str = "unnamed",
    ) -> None:
        self._execute = execute
        self._items_max = items_max
        self._linger_seconds = linger_ms / 1000
        self._in_flight_max = in_flight_max
        self._waiting_max = waiting_max
        self._name = name
        self._size = BATCH_ITEMS.labels(name)
        self._seconds = BATCH_SECONDS.labels(name)
        self._waiting: deque[tuple[Item, asyncio.Future[Answer], Cause | None]] = deque()
        self._drains: set[asyncio.Task[None]] = set()
        self._last_count = 0

    async def submit(self, item: Item) -> Answer:
        """Execute `item` in the next batch and return its answer."""
        return await self.put(item)

    def put(self, item: Item) -> "asyncio.Future[Answer]":
        """Execute `item` in the next batch; return the future of its answer, for a caller that does not wait."""
        if len(self._waiting) >= self._waiting_max:
            raise Busy
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future, current_span()))
        # A second drain starts only when a full batch waits: otherwise one drain collects more per statement.
        if not self._drains or (len(self._waiting) >= self._items_max and len(self._drains) < self._in_flight_max):
            self._drains.add(asyncio.create_task(self._drain()))
        return future

    async def settle(self) -> None:
        """Wait until no batch is running."""
        while self._drains:
            await asyncio.wait(self._drains)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                if len(self._waiting) < self._items_max:
                    # A lone item has no reason to wait; in a crowd, one more millisecond halves the number of batches.
                    await asyncio.sleep(self._linger_seconds * min(1.0, self._last_count / CROWD))
                count = self._last_count = min(len(self._waiting), self._items_max)
                batch = [self._waiting.popleft() for _ in range(count)]
                if batch:
                    await self._run(batch)
        finally:
            # Here, not in a done callback: between the last look at the queue and this line nothing else runs,
            # so no item is left behind a drain that has already decided to end.
            task = asyncio.current_task()
            assert task is not None
            self._drains.discard(task)

    async def _run(self, batch: list[tuple[Item, "asyncio.Future[Answer]", Cause | None]]) -> None:
        self._size.observe(len(batch))
        started = time.perf_counter()
        try:
            with batch_span(self._name, [span for _, _, span in batch]):
                answers = await self._execute([item for item, _, _ in batch])
            assert len(answers) == len(batch), "a batch must answer for every item"
        except Exception as error:  # noqa: BLE001 - whatever it was belongs to the callers, not to the drain
            answers = [error] * len(batch)
        self._seconds.observe(time.perf_counter() - started)
        for (_, future, _), answer in zip(batch, answers, strict=True):
            if future.done():  # the caller is gone
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)


def disjoint_groups(items: Sequence[Item], keys: Callable[[Item], Iterable[object]]) -> list[list[Item]]:
    """Cut a batch into groups whose items share no key, so that one set-based statement can judge a whole group.

    Return the items in their order, each in the first group that has none of its keys.
    """
    groups: list[tuple[set[object], list[Item]]] = []
    for item in items:
        own = set(keys(item))
        for seen, group in groups:
            if seen.isdisjoint(own):
                seen |= own
                group.append(item)
                break
        else:
            groups.append((own, [item]))
    return [group for _, group in groups]
