"""Doctor's checks inside a process: one run at a time, in a thread, and an answer within bounded time."""

import asyncio
from collections.abc import Callable, Iterator

from admitone.kit.single_flight import SingleFlight
from admitone.runtime.doctor import Finding

CHECKS_SECONDS_MAX = 20.0
"""A server that does not answer costs five seconds; the gateway waits for sixty."""


class Checks:
    """`examine` blocks. Requests that come during a run share it; a run that hangs keeps one thread, not more."""

    def __init__(self, examine: Callable[[], Iterator[Finding]], *, seconds_max: float = CHECKS_SECONDS_MAX) -> None:
        self._examine = examine
        self._seconds_max = seconds_max
        self._flight = SingleFlight[None, None]()
        self._found: list[Finding] = []

    async def run(self) -> tuple[list[Finding], bool]:
        """Return (what was found, whether all checks ended in time)."""
        task = self._flight.start(None, self._collect)
        ended, _ = await asyncio.wait([task], timeout=self._seconds_max)
        for done in ended:
            done.result()  # a defect is reported, not an empty list
        return list(self._found), bool(ended)

    async def _collect(self) -> None:
        found = self._found = []

        def examine() -> None:
            for finding in self._examine():
                found.append(finding)  # noqa: PERF402 - a reader sees each finding when it is made

        await asyncio.to_thread(examine)
