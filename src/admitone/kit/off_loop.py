"""Run long work in a thread beside the event loop: one call at a time, and few that wait.

An organizer's seating plan takes a second of CPU. On the loop every buyer of the process would wait for it; in a thread
they share the interpreter with at most one such body.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from admitone.kit.refusal import Busy

WAITING_MAX = 8
"""Bodies of up to 32 MB stay in memory while they wait."""
RETRY_SECONDS = 5

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="off-loop")
_under_way: set[Future[Any]] = set()


async def off_loop(
    function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """Return `function(…)`. Raises its errors, and `Busy` if too many calls wait."""
    _refuse_too_many()
    work = _THREAD.submit(function, *arguments, **named)
    _under_way.add(work)
    work.add_done_callback(_under_way.discard)  # when it has ended, even if the client has disconnected before
    return await asyncio.wrap_future(work)


class Reservation:
    """A place among the calls, for work in many short pieces: `run` is `off_loop`, and never raises `Busy`."""

    async def run(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        return await asyncio.wrap_future(_THREAD.submit(function, *arguments, **named))


@contextmanager
def reserve_off_loop() -> Iterator[Reservation]:
    """Hold a place until the end of the block; other calls run between the pieces. Raises `Busy`."""
    _refuse_too_many()
    place: Future[None] = Future()
    _under_way.add(place)
    try:
        yield Reservation()
    finally:
        _under_way.discard(place)


def _refuse_too_many() -> None:
    if len(_under_way) > WAITING_MAX:
        raise Busy("Other large requests are being read. Try again shortly.", retry_after_seconds=RETRY_SECONDS)
