"""Measure one kind of work, about a second at a time: how much, how much was shed, how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from admitone.kit.refusal import Busy, Refusal

DURATIONS_MAX = 20_000


class Reading(Struct, frozen=True):
    """Since the last reading. `p95_ms`: the 95th percentile of the time of work that was not shed."""

    count: int
    shed: int
    p95_ms: int


class LoadMeter:
    """Used from one event loop. A refusal is an answer; `Busy` or any other exception counts as shed work."""

    def __init__(self) -> None:
        self._durations: list[float] = []
        self._shed = 0

    @contextmanager
    def measured(self) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        except Busy:
            self._shed += 1
            raise
        except Refusal:
            self._record(started)
            raise
        except Exception:
            self._shed += 1
            raise
        self._record(started)

    def record_shed(self) -> None:
        """Count one request that was rejected before it began."""
        self._shed += 1

    def read(self) -> Reading:
        """Return the reading and begin the next."""
        durations, self._durations = sorted(self._durations), []
        shed, self._shed = self._shed, 0
        p95 = durations[int(len(durations) * 0.95)] if durations else 0.0
        return Reading(len(durations), shed, round(p95 * 1_000))

    def _record(self, started: float) -> None:
        if len(self._durations) < DURATIONS_MAX:
            self._durations.append(time.monotonic() - started)
